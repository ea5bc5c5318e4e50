import { setTimeout as delay } from 'node:timers/promises';
import type { FaultSpec } from '../../local/azure/edge/faults';
import type { ArmResource } from '../../local/azure/types';
import type { OperationView } from '../../local/launch/appClient';
import type { System } from '../../local/launch/system';
import { sameId } from '../../shared/azure/ids';
import { buildByHand } from '../../local/launch/handBuilt';
import { until } from '../../local/launch/until';
import { createCustomerVm, networkBody, subnetId } from '../../local/launch/world';
import type { Running } from '../e2e/harness';
import { defaultPolicy } from '../../shared/reconcile/decide';
import { reconciled } from '../random/settle';
import { held, named, plant, planted, removeByHand } from './azure';
import type { Case } from './cases';
import type { OwnNetwork } from './steps';
import { Endings, raiseCancel } from './durable';

/** What was seen at the end of a case, before the next thing happens to its host. */
export interface Seen {
  host: string;
  network: string;
  operation: OperationView;
  /** The host's record; undefined if there is none. */
  record: { state: string; operation?: string; reason?: string } | undefined;
  /** Resources of the host, by the end of their ids. */
  resources: string[];
  /** How often each fault was met. */
  hits: number[];
  /** What was left after the reconciler had its say about a leftover. */
  cleared?: { resources: string[]; record: boolean };
  /** Everything in the case's own network, compared with before. */
  ownNetwork?: { before: string[]; after: string[] };
}

/** Real milliseconds that one reconciliation of all hosts of all cases may take on a busy machine. */
const clearLimit = 900_000;

/** Carries out cases on one running system. */
export class Stage {
  private readonly endings: Endings;

  constructor(private readonly running: Running) {
    this.endings = new Endings(running.system);
  }

  private get system(): System {
    return this.running.system;
  }

  /** Defines networks, some at a time: one clock moves for all of them, and must not outrun what they have to do. */
  async defineOwn(networks: { network: string; kind: OwnNetwork }[]): Promise<void> {
    for (let at = 0; at < networks.length; at += 6) await this.defineTogether(networks.slice(at, at + 6));
  }

  private async defineTogether(networks: { network: string; kind: OwnNetwork }[]): Promise<void> {
    const { system, world } = this.running;
    const { app } = system;
    const puts = networks.map(({ network, kind }) =>
      app.send(
        'PUT',
        `/networks/${network}`,
        networkBody(system, world, {
          ...(kind === 'publicIp' ? { outbound: { kind } } : {}),
          virtualNetwork: { name: network, create: true, addressSpaces: ['10.0.0.0/22', '10.10.0.0/16'] },
          routeTable: `Routes-${network}`,
        }),
      ),
    );
    const all = Promise.all(puts);
    // As `defineNetwork` does: each call waits for its network, and the clock jumps only while nobody waits. The more there
    // is to do, the slower it goes.
    while (!(await Promise.race([all, delay(60 * networks.length)]))) await system.passTime(5_000);
    const refused = (await all).filter(({ status }) => status >= 300);
    if (refused.length > 0) throw new Error(`Networks: ${JSON.stringify(refused)}`);
    for (const { network } of networks) {
      const defined = async (): Promise<string | undefined> => {
        const { state } = await app.get<{ state: string }>(`/networks/${network}`);
        return state === 'defining' ? undefined : state;
      };
      const state = await until(defined, { what: `the network ${network}`, limit: 300_000 });
      if (state !== 'ready') throw new Error(`The network ${network} is ${state}.`);
    }
  }

  /** A VM of somebody else, with one interface, to be adopted in a network of its own. */
  async buildOne(name: string, virtualNetwork: string): Promise<void> {
    const { system, world } = this.running;
    const addresses = { natAddress: '10.0.0.50', lanAddress: '10.0.1.50', prefix: '10.10.40.0/24' };
    await buildByHand(system, world, { name, virtualNetwork, ...addresses, ranges: [], oneNic: true });
  }

  /** Runs one case on a host of that name to its end; whoever moved in goes then. A teardown needs the host. */
  async play(one: Case, host: string, network: string): Promise<Seen> {
    const before = one.ownNetwork ? idsIn(network, await this.resources()) : [];
    const faults = await this.plantAll(one, host, network);
    const id = await this.begin(one.kind, host, network);
    if (one.cancel) {
      await held(this.system, faults[0] ?? '', id);
      await raiseCancel(this.system, id);
      await this.system.admin.removeFault(faults.shift() ?? '');
    }
    const operation = await this.ended(id);
    const hits = await this.hitsOf(faults);
    for (const fault of faults) await this.system.admin.removeFault(fault);
    const resources = await this.evict(host);
    const seen: Seen = {
      host,
      network,
      operation,
      record: await this.record(host, network),
      resources: belongingsOf(host, resources),
      hits,
    };
    if (one.ownNetwork) seen.ownNetwork = { before, after: idsIn(network, resources) };
    return seen;
  }

  /** Of two faults that fit a request the first planted counts: the one that waits for an earlier request goes first. */
  private async plantAll({ faults }: Case, host: string, network: string): Promise<string[]> {
    const planted: string[] = [];
    const late = (at: number): number => (faults[at]?.match?.since ? 0 : 1);
    for (const at of [...faults.keys()].sort((a, b) => late(a) - late(b))) {
      const names = { h: host, n: network, s: this.system.azure.subscriptionId };
      planted[at] = await plant(this.system, named(faults[at] as FaultSpec, names));
    }
    return planted;
  }

  private async begin(kind: Case['kind'], host: string, network: string): Promise<string> {
    const send = (method: 'POST' | 'DELETE', path: string, body?: unknown) =>
      this.system.app.send<{ id: string }>(method, path, body);
    const answer = await {
      provision: () => send('POST', '/hosts', { network, name: host }),
      adopt: () =>
        send('POST', `/networks/${network}/adoptions`, { virtualMachine: host, allowInterruption: true }),
      teardown: () => send('DELETE', `/hosts/${network}/${host}`),
      release: () => send('DELETE', `/hosts/${network}/${host}?keepVirtualMachine=true`),
    }[kind]();
    if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body.id;
  }

  /** Lets the reconciler take away what is left of these hosts, now that the causes are gone. */
  async clear(left: Seen[]): Promise<void> {
    const networks = [...new Set(left.map(({ network }) => network))];
    await reconciled({ system: this.system, networks }, defaultPolicy.graceHours, clearLimit);
    const resources = await this.resources();
    for (const one of left) {
      const record = (await this.record(one.host, one.network)) !== undefined;
      one.cleared = { resources: belongingsOf(one.host, resources), record };
    }
  }

  /**
   * Takes away who lives in the ghosted subnet of a host.
   * @returns everything that is left.
   */
  private async evict(host: string): Promise<ArmResource[]> {
    const resources = await this.resources();
    const strangers = resources.filter(
      ({ type, properties }) =>
        type === 'Microsoft.Network/networkInterfaces' &&
        JSON.stringify(properties).includes(`/subnets/Ghosted-${host}"`),
    );
    for (const { id } of strangers) await removeByHand(this.system, id);
    return resources.filter((one) => !strangers.includes(one));
  }

  private async resources(): Promise<ArmResource[]> {
    return (await this.system.admin.state()).resources;
  }

  private async hitsOf(faults: string[]): Promise<number[]> {
    const all = await planted(this.system);
    return faults.map((id) => all.find((fault) => fault.id === id)?.hits ?? 0);
  }

  private async ended(id: string): Promise<OperationView> {
    await this.endings.of(id);
    return await this.system.app.operation(id);
  }

  async record(host: string, network: string): Promise<Seen['record']> {
    const { status, body } = await this.system.app.send<Seen['record']>('GET', `/hosts/${network}/${host}`);
    return status === 200 ? body : undefined;
  }

  /**
   * Plants what belongs to somebody else and looks like the app's own, a subnet in the VNet of each of these networks, too.
   * @returns the ids of all that.
   */
  async settleStrangers(networks: string[] = []): Promise<string[]> {
    const { system, world } = this.running;
    const machine = await createCustomerVm(system, world, 'app-01', 'Azure-VMs');
    const subnets = ['Nested-Fun', ...networks].map((name) =>
      subnetId(system, world, 'Ghosted-somebody', name),
    );
    for (const subnet of subnets)
      await system.arm.put(subnet, { properties: { addressPrefix: '10.10.255.0/24' } });
    const table = system.arm.id(world.resourceGroup, 'Microsoft.Network/routeTables/Routes-of-somebody');
    const hop = { nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.3.9' };
    const routes = [{ name: 'Nested-VMs-f00', properties: { addressPrefix: '192.168.7.0/24', ...hop } }];
    await system.arm.put(table, { location: world.location, properties: { routes } });
    return [...machine, ...subnets, table, `${table}/routes/Nested-VMs-f00`];
  }

  /** All resources, or those of these ids, without what Azure itself changes on them or counts up elsewhere. */
  async lasting(ids?: string[]): Promise<Map<string, unknown>> {
    const resources = await this.resources();
    return new Map(
      resources
        .filter(({ id }) => !ids || ids.some((one) => sameId(one, id)))
        .map(({ etag: _, ...resource }) => [
          resource.id,
          JSON.parse(JSON.stringify(resource, steady(resource.type))),
        ]),
    );
  }
}

/** Everything in Azure that bears the host's name, run commands aside, by type and name. */
const belongingsOf = (host: string, resources: ArmResource[]): string[] =>
  resources
    .filter(({ id, name }) => name.split('-').includes(host) && !/\/runcommands\//i.test(id))
    .map(({ id }) => id.split('/').slice(-2).join('/'))
    .sort();

function idsIn(network: string, resources: ArmResource[]): string[] {
  const own = new RegExp(`/(virtualNetworks/${network}|routeTables/Routes-${network})(/|$)`, 'i');
  return resources
    .filter(({ id }) => own.test(id))
    .map(({ id }) => id.toLowerCase())
    .sort();
}

/** Who lives in a subnet, or uses a table, is no property of its own. */
export function steady(type: string): (key: string, value: unknown) => unknown {
  const dropped = ['etag', 'provisioningState', 'subnets', 'routes'];
  if (/subnets$/i.test(type)) dropped.push('ipConfigurations');
  return (key, value) => (dropped.includes(key) ? undefined : value);
}
