import { parseRange } from '../../ipv4';
import { addressesOf, switchAdapter } from '../interfaces';
import { PhaseFailure, findNic, missingFeatures, readMemory } from '../session';
import type { Session } from '../session';
import type { Adapter } from '../types';
import { forbidden, isList, isProtected, openWays } from './protect';
import { natInterfaces } from '../windows/router';
import { bootFaults, scriptFaults } from './bootTask';
import { diskFaults } from './dataDisk';
import { translatesGuests } from './network';
import { pendingRestart, settle } from './settle';
import {
  checkBindings,
  checkDhcp,
  checkHypervisor,
  checkNatNames,
  checkPlatform,
  checkPool,
  checkRouter,
  checkScope,
} from './verifyRoles';
import { checkDefaultRoute, checkRoutes, checkSelection } from './verifyRoutes';
import type { Labelled } from './ways';

type Nics = Record<1 | 2, Adapter>;

/** Reports what is there and what is wrong; the same checks under the same names as the script's. */
export function verify(session: Session): void {
  const { state, plan } = session;
  settle(session);
  const waiting = pendingRestart(state);
  if (waiting.length > 0) session.facts.restartPending = waiting;
  step(session, 'features', () => {
    session.facts.missingFeatures = missingFeatures(state);
    return missingFeatures(state);
  });
  step(session, 'hypervisor', () => checkHypervisor(session));
  const nics = bothNics(session);
  const hasHyperV = state.features['Hyper-V-PowerShell'] === 'Installed';
  if (hasHyperV) step(session, 'switch', () => checkSwitch(session));
  const vEthernet = hasHyperV ? switchAdapter(state, plan.switchName) : undefined;
  const labelled = { nic1: nics[1], nic2: nics[2], vEthernet };
  step(session, 'address', () => checkAddress(session, vEthernet));
  step(session, 'defaultRoute', () => checkDefaultRoute(session, nics[1]));
  step(session, 'rras', () => checkRouter(session));
  step(session, 'addressPool', () => checkPool(session));
  step(session, 'nat', () => checkNat(session, nics));
  step(session, 'natNames', () => checkNatNames(session));
  step(session, 'netNat', () =>
    state.netNats
      .filter(({ internalPrefix }) => translatesGuests(internalPrefix, plan))
      .map(({ name, internalPrefix }) => `NetNat ${name} translates ${internalPrefix}`),
  );
  step(session, 'metadata', () => checkMetadata(session, vEthernet));
  step(session, 'forwarding', () => checkForwarding(session, labelled));
  step(session, 'routes', () => checkRoutes(session, labelled));
  step(session, 'routeSelection', () => checkSelection(session, labelled));
  step(session, 'platform', () => checkPlatform(session, nics[1]));
  step(session, 'dhcpService', () => checkDhcp(session));
  step(session, 'dhcpBinding', () => checkBindings(session, vEthernet?.alias ?? ''));
  step(session, 'dhcpScope', () => checkScope(session));
  if (hasHyperV) {
    if (plan.dataDisk) step(session, 'dataDisk', () => diskFaults(session));
    step(session, 'guests', () => {
      session.facts.guestCount = state.nestedVms.length;
      return [];
    });
  }
  step(session, 'bootTask', () => bootFaults(session));
  step(session, 'bootScript', () => scriptFaults(session));
  // Azure's own server answers without a way to the internet, any other needs one.
  session.facts.dnsProbes = plan.dnsServers.map((server) => ({
    server,
    answers: server === '168.63.129.16' || session.internet,
  }));
  const failed = session.checks.filter(({ ok }) => !ok).map(({ name }) => name);
  if (failed.length === 0) return;
  const { bootError } = session.facts;
  const why = typeof bootError === 'string' ? ` The startup task failed with ${bootError}.` : '';
  throw new PhaseFailure('verifyFailed', `Not as planned: ${failed.join(', ')}.${why}`);
}

function step({ checks }: Session, name: string, probe: () => string[]): void {
  let wrong: string[];
  try {
    wrong = probe();
  } catch (error) {
    wrong = [error instanceof Error ? error.message : String(error)];
  }
  const detail = wrong.join('; ').slice(0, 160);
  checks.push(wrong.length === 0 ? { name, ok: true } : { name, ok: false, detail });
}

function bothNics(session: Session): Nics {
  const found: Partial<Nics> = {};
  for (const nic of [1, 2] as const) {
    step(session, `nic${nic}`, () => {
      found[nic] = findNic(session, `NIC ${nic}`, nic === 1 ? session.plan.nic1 : session.plan.nic2);
      return [];
    });
  }
  if (!found[1] || !found[2]) {
    throw new PhaseFailure('verifyFailed', 'The NICs of this host are not there as Azure describes them.');
  }
  return { 1: found[1], 2: found[2] };
}

function checkSwitch({ state, plan, facts }: Session): string[] {
  const found = state.switches.filter(({ name }) => name === plan.switchName);
  const [only] = found;
  facts.switch = null;
  if (found.length !== 1 || !only) return [`${found.length} switches named ${plan.switchName}`];
  facts.switch = { name: only.name, type: only.type };
  return only.type === 'Internal' ? [] : [`switch ${only.name} is ${only.type}`];
}

function checkAddress({ state, plan, facts }: Session, adapter: Adapter | undefined): string[] {
  facts.vEthernet = null;
  if (!adapter) return ['the switch has no adapter in the host'];
  const wanted = `${plan.ghosted.gateway}/${parseRange(plan.ghosted.prefix)?.length}`;
  const present = addressesOf(state, adapter.index);
  const last = present.at(-1);
  if (last) facts.vEthernet = { address: last.address, prefixLength: last.prefixLength };
  const seen = present.map(({ address, prefixLength }) => `${address}/${prefixLength}`).join(', ');
  if (seen !== wanted) return [`address is '${seen}', not ${wanted}`];
  return present[0]?.origin === 'Manual' ? [] : [`address ${seen} is not static`];
}

function checkNat({ state, facts }: Session, nics: Nics): string[] {
  const numbered = Object.entries(natInterfaces(state)).map(([alias, mode]) => ({
    nic: alias === nics[1].alias ? 1 : alias === nics[2].alias ? 2 : 0,
    interface: alias,
    mode,
  }));
  facts.nat = numbered;
  const wrong = numbered.flatMap(({ nic, interface: alias, mode }) => {
    if (nic === 2) return [`NIC 2 is a NAT interface (${mode})`];
    // Of an adapter that is gone: nothing is translated there.
    const present = state.adapters.some((adapter) => adapter.alias === alias);
    return nic === 0 && mode === 'full' && present ? [`${alias} is a NAT interface`] : [];
  });
  const full = numbered.some(({ nic, mode }) => nic === 1 && mode === 'full');
  return full ? wrong : [...wrong, 'NIC 1 is not a full NAT interface'];
}

function checkMetadata(session: Session, adapter: Adapter | undefined): string[] {
  if (!adapter) return ['the switch has no adapter in the host'];
  const { state, facts } = session;
  const only = isList(state, adapter.alias);
  const open = (only ? forbidden : openWays(state, adapter.alias)).map(({ what }) => what);
  facts.metadata = { open, only };
  if (!isProtected(session)) {
    const left =
      readMemory(state).made.includes('filters') && openWays(state, adapter.alias).length < forbidden.length;
    return left ? ['filters are left that are planned no longer'] : [];
  }
  return only
    ? [`the filters of ${adapter.alias} let in what they name`]
    : open.map((what) => `guests reach ${what}`);
}

function checkForwarding({ facts }: Session, adapters: Labelled): string[] {
  const seen = Object.fromEntries(
    Object.entries(adapters).map(([label, adapter]: [string, Adapter | undefined]) => [
      label,
      adapter?.forwarding === true,
    ]),
  );
  facts.forwarding = seen;
  return Object.keys(seen)
    .filter((label) => !seen[label])
    .map((label) => `forwarding is off on ${label}`);
}
