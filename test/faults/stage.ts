import type { ArmResource } from '../../local/azure/types';
import type { OperationView } from '../../local/launch/appClient';
import type { System } from '../../local/launch/system';
import { sameId } from '../../shared/azure/ids';
import { createCustomerVm, defineNetwork, networkBody, subnetId } from '../../local/launch/world';
import type { Running } from '../e2e/harness';
import { defaultPolicy } from '../../shared/reconcile/decide';
import { reconciled } from '../random/settle';
import { held, named, plant, planted, removeByHand } from './azure';
import type { Case } from './cases';
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

  async defineOwn(network: string): Promise<void> {
    const { system, world } = this.running;
    const changes = {
      virtualNetwork: { name: network, create: true, addressSpaces: ['10.0.0.0/22', '10.10.0.0/16'] },
      routeTable: `Routes-${network}`,
    };
    await defineNetwork(system, network, networkBody(system, world, changes));
  }

  /** Runs one case on a host of that name to its end; whoever moved in goes then. A teardown needs the host. */
  async play(one: Case, host: string, network: string): Promise<Seen> {
    const before = one.ownNetwork ? await this.idsOf(network) : [];
    const faults: string[] = [];
    for (const fault of one.faults) {
      faults.push(
        await plant(this.system, named(fault, { h: host, n: network, s: this.system.azure.subscriptionId })),
      );
    }
    const id = await this.begin(one.kind, host, network);
    if (one.cancel) {
      await held(this.system, faults[0] ?? '', id);
      await raiseCancel(this.system, id);
      await this.system.admin.removeFault(faults.shift() ?? '');
    }
    const operation = await this.ended(id);
    const hits = await this.hitsOf(faults);
    for (const fault of faults) await this.system.admin.removeFault(fault);
    await this.evict(host);
    const seen: Seen = {
      host,
      network,
      operation,
      record: await this.record(host, network),
      resources: await this.resourcesOf(host),
      hits,
    };
    if (one.ownNetwork) seen.ownNetwork = { before, after: await this.idsOf(network) };
    return seen;
  }

  private async begin(kind: Case['kind'], host: string, network: string): Promise<string> {
    const { app } = this.system;
    const answer =
      kind === 'provision'
        ? await app.send<{ id: string }>('POST', '/hosts', { network, name: host })
        : await app.send<{ id: string }>(
            'DELETE',
            `/hosts/${network}/${host}${kind === 'release' ? '?keepVirtualMachine=true' : ''}`,
          );
    if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body.id;
  }

  /** Lets the reconciler take away what is left of these hosts, now that the causes are gone. */
  async clear(left: Seen[]): Promise<void> {
    const networks = [...new Set(left.map(({ network }) => network))];
    await reconciled({ system: this.system, networks }, defaultPolicy.graceHours, clearLimit);
    for (const one of left) {
      const record = (await this.record(one.host, one.network)) !== undefined;
      one.cleared = { resources: await this.resourcesOf(one.host), record };
    }
  }

  /** Takes away who lives in the ghosted subnet of a host. */
  private async evict(host: string): Promise<void> {
    for (const { id } of await this.nicsIn(`Ghosted-${host}`)) await removeByHand(this.system, id);
  }

  private async nicsIn(subnet: string): Promise<ArmResource[]> {
    const { resources } = await this.system.admin.state();
    return resources.filter(
      ({ type, properties }) =>
        type === 'Microsoft.Network/networkInterfaces' &&
        JSON.stringify(properties).includes(`/subnets/${subnet}"`),
    );
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

  /** Everything in Azure that bears the host's name, run commands aside, by type and name. */
  private async resourcesOf(host: string): Promise<string[]> {
    const { resources } = await this.system.admin.state();
    return resources
      .filter(({ id, name }) => name.split('-').includes(host) && !/\/runcommands\//i.test(id))
      .map(({ id }) => id.split('/').slice(-2).join('/'))
      .sort();
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
    const { resources } = await this.system.admin.state();
    return new Map(
      resources
        .filter(({ id }) => !ids || ids.some((one) => sameId(one, id)))
        .map(({ etag: _, ...resource }) => [
          resource.id,
          JSON.parse(JSON.stringify(resource, steady(resource.type))),
        ]),
    );
  }

  private async idsOf(network: string): Promise<string[]> {
    const { resources } = await this.system.admin.state();
    const own = new RegExp(`/(virtualNetworks/${network}|routeTables/Routes-${network})(/|$)`, 'i');
    return resources
      .filter(({ id }) => own.test(id))
      .map(({ id }) => id.toLowerCase())
      .sort();
  }
}

/** Who lives in a subnet, or uses a table, is no property of its own. */
export function steady(type: string): (key: string, value: unknown) => unknown {
  const dropped = ['etag', 'provisioningState', 'subnets', 'routes'];
  if (/subnets$/i.test(type)) dropped.push('ipConfigurations');
  return (key, value) => (dropped.includes(key) ? undefined : value);
}
