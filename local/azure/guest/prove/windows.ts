import { createHash } from 'node:crypto';
import { guestsOf } from '../../walk/guests';
import { addressesOf, isRunning } from '../interfaces';
import type { WindowsState } from '../types';
import { hypervisorMac } from '../windows/adapters';
import { resultLine, wishOf } from './scripts';

/** What the scripts of a prove run do to the model of Windows, and what they say. */

export interface ProveOutcome {
  output: string;
  /** Seconds of work. */
  worked: number;
}

type Script = (state: WindowsState, wish: Record<string, unknown>, has: Surroundings) => ProveOutcome;

interface Surroundings {
  /** Epoch milliseconds. */
  now: number;
  internet: boolean;
  random: () => number;
}

const counter = 'C:\\ProgramData\\nested-hosts-prove\\once.txt';
const bootScript = 'C:\\ProgramData\\nested-hosts\\boot.ps1';

const scripts: Record<string, Script> = {
  guest: makeGuest,
  remove: removeGuest,
  once: count,
  facts: readFacts,
};

/** Changes the state. */
export function runProve(
  name: string,
  state: WindowsState,
  encoded: string | undefined,
  has: Surroundings,
): ProveOutcome {
  return scripts[name]?.(state, wishOf(encoded), has) ?? { output: '', worked: 0 };
}

function makeGuest(state: WindowsState, wish: Record<string, unknown>, has: Surroundings): ProveOutcome {
  const failed = (error: string): ProveOutcome => ({
    output: resultLine({ ok: false, address: '', mac: '', error }),
    worked: 60,
  });
  if (!isRunning(state, 'vmms')) return failed('The term New-VHD is not recognized.');
  if (!has.internet) return failed('The remote name could not be resolved.');
  if (!state.switches.some(({ name }) => name === wish.switch)) {
    return failed(`Hyper-V was unable to find a virtual switch with name "${String(wish.switch)}".`);
  }
  const name = String(wish.guest);
  if (!state.nestedVms.some((one) => one.name === name)) {
    const mac = hypervisorMac(has.random).replaceAll('-', '');
    state.nestedVms.push({ name, state: 'Running', mac });
  }
  const guest = guestsOf({ guest: state }).guests.find((one) => one.name === name);
  if (!guest) return failed('DHCP gave the guest no address within ten minutes.');
  const mac = state.nestedVms.find((one) => one.name === name)?.mac ?? '';
  return { output: resultLine({ ok: true, address: guest.address, mac, error: '' }), worked: 300 };
}

function removeGuest(state: WindowsState, wish: Record<string, unknown>): ProveOutcome {
  state.nestedVms = state.nestedVms.filter(({ name }) => name !== wish.guest);
  return { output: resultLine({ ok: true, error: '' }), worked: 10 };
}

function count(state: WindowsState, wish: Record<string, unknown>): ProveOutcome {
  if (wish.count === true) state.files[counter] = `${state.files[counter] ?? ''}ran\r\n`;
  const runs = (state.files[counter] ?? '').split('\r\n').length - 1;
  return { output: resultLine({ ok: true, runs }), worked: 1 };
}

function readFacts(state: WindowsState, wish: Record<string, unknown>, { now }: Surroundings): ProveOutcome {
  const virtual = state.adapters.find(({ alias }) => alias === `vEthernet (${String(wish.switch)})`);
  const filters = Object.entries(state.rras.filters ?? {}).flatMap(([alias, list]) =>
    list.map(
      ({ source, destination, protocol }) =>
        `add filter name="${alias}" filtertype=INPUT srcaddr=${source ?? '0.0.0.0'} dstaddr=${destination ?? '0.0.0.0'} ` +
        `proto=${(protocol ?? 'any').toUpperCase()}`,
    ),
  );
  const { [bootScript]: script } = state.files;
  const result = {
    ok: true,
    error: '',
    begun: new Date(now).toISOString(),
    os: state.os,
    powerShell: '5.1.20348.1 (simulated)',
    bootTime: state.bootTime,
    boots: (state.boots ?? [state.bootTime]).slice(-20),
    services: Object.fromEntries(
      ['W3SVC', 'RemoteAccess', 'DHCPServer', 'vmms'].flatMap((name) =>
        state.services[name] ? [[name, state.services[name].status]] : [],
      ),
    ),
    adapters: state.adapters.map((adapter) => ({
      description: adapter.description,
      guid: guidOf(adapter.mac, adapter.kind),
      ipv4: addressesOf(state, adapter.index).map(({ address }) => address),
      virtual: adapter.kind === 'vEthernet',
    })),
    switchDeviceId: virtual ? guidOf(virtual.mac, virtual.kind) : '',
    task: state.startupTasks?.['nested-hosts']
      ? {
          lastResult: 0,
          scriptHash:
            script === undefined ? '' : createHash('sha256').update(script).digest('hex').toUpperCase(),
        }
      : null,
    natDump: Object.entries(state.nat.interfaces).map(
      ([alias, mode]) => `add interface name="${alias}" mode=${mode.toUpperCase()}`,
    ),
    filterDump: filters.slice(0, 3),
    platformRoutes: state.routes
      .filter(({ prefix }) => ['168.63.129.16/32', '169.254.169.254/32'].includes(prefix))
      .map(({ prefix, persistent, dhcp }) => ({
        prefix,
        protocol: dhcp === true ? 'Dhcp' : 'NetMgmt',
        stored: persistent,
      })),
  };
  return { output: resultLine(result), worked: 5 };
}

/** Windows gives every adapter one; here it follows from what tells adapters apart. */
function guidOf(mac: string, kind: string): string {
  const hex = createHash('sha256').update(`${kind} ${mac}`).digest('hex').toUpperCase();
  return [8, 12, 16, 20, 32].map((end, index, ends) => hex.slice(ends[index - 1] ?? 0, end)).join('-');
}
