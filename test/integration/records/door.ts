import type { AdmissionContext } from '../../../shared/admission/admit';
import {
  convergeOrder,
  definitionOrder,
  provisionOrder,
  teardownOrder,
  type Order,
} from '../../../shared/admission/order';
import { hostRequest, networkDefinition, teardownRequest } from '../../../shared/api/schemas';
import { virtualNetworkId } from '../../../shared/network/ids';
import type { Records } from '../../../shared/records/store';
import type { NetworkDefinition, OperationRecord } from '../../../shared/records/types';

/** A definition with two prefixes for hosts, on a VNet of that name in a resource group of its own. */
export function definitionOn(vnet: string, changes: object = {}): NetworkDefinition {
  return networkDefinition.parse({
    subscriptionId: '5eed0000-0a11-4b2c-9d3e-000000000001',
    resourceGroup: `nested-hosts-${vnet}`,
    location: 'westeurope',
    virtualNetwork: { name: vnet, addressSpaces: ['10.0.0.0/22'] },
    natSubnet: { name: 'NAT', prefix: '10.0.0.0/24' },
    lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.0.1.0/24' },
    ghosted: { pools: ['10.0.2.0/23'] },
    ...changes,
  });
}

/** Admission with orchestrations that only count their starts. */
export class Door {
  readonly starts: string[] = [];
  /** Callbacks whose delivery was begun. */
  readonly deliveries: string[] = [];

  constructor(
    readonly records: Records,
    readonly definition: NetworkDefinition,
    readonly network: string,
  ) {}

  get context(): AdmissionContext {
    return {
      records: this.records,
      isStarted: (id) => Promise.resolve(this.starts.includes(id)),
      start: (operation) => {
        if (!this.starts.includes(operation.id)) this.starts.push(operation.id);
        return Promise.resolve();
      },
      deliver: (callback) => {
        this.deliveries.push(callback.id);
        return Promise.resolve();
      },
      installation: 'test',
      now: () => '2026-11-22T12:00:00.000Z',
    };
  }

  provision(id: string, name: string, more: object = {}): Order {
    const request = hostRequest.parse({ network: this.network, name, ...more });
    return provisionOrder({ id, caller: 'test' }, request, this.definition);
  }

  teardown(id: string, name: string): Order {
    return teardownOrder({ id, caller: 'test' }, teardownRequest.parse({ network: this.network, name }));
  }

  define(id: string, definition = this.definition): Order {
    return definitionOrder({ id, caller: 'test' }, this.network, definition);
  }

  converge(id: string): Order {
    return convergeOrder({ id, caller: 'test' }, this.network);
  }

  /** Leaves the network as its orchestration would. */
  async networkReady(): Promise<void> {
    const row = await this.records.networks.get(this.network);
    if (!row) throw new Error('The network is not defined.');
    await this.finish(row.record.operation);
    await this.records.networks.replace({ ...row.record, state: 'ready' }, row.etag);
  }

  /** Leaves a host as its orchestration would. */
  async hostReady(name: string): Promise<void> {
    const row = await this.records.hosts.get(this.network, name);
    if (!row?.record.claim) throw new Error(`Nobody works on ${name}.`);
    const { claim, ...host } = row.record;
    await this.records.hosts.replace({ ...host, state: 'ready' }, row.etag);
    await this.finish(claim);
  }

  private async finish(id: string): Promise<void> {
    const row = await this.records.operations.get(id);
    if (!row) throw new Error(`There is no operation ${id}.`);
    const done: OperationRecord = {
      ...row.record,
      status: 'succeeded',
      finishedAt: '2026-11-22T12:30:00.000Z',
    };
    await this.records.operations.replace(done, row.etag);
  }

  /** Everything that admission writes, in terms that can be compared. */
  async everything() {
    const { records, network } = this;
    return {
      network: (await records.networks.get(network))?.record,
      hosts: await records.hosts.list(network),
      ledger: await records.ledger.entries(virtualNetworkId(this.definition)),
      operations: (await records.operations.list({ network })).sort((a, b) => a.id.localeCompare(b.id)),
    };
  }
}

/** Records that die at the write with that number (1 is the first), before or after it took effect. */
export function dyingAt(records: Records, write: number, when: 'before' | 'after'): Records {
  let count = 0;
  const mortal = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name, receiver) {
        const method: unknown = Reflect.get(target, name, receiver);
        const writes = ['insert', 'replace', 'remove', 'reserve', 'release'].includes(String(name));
        if (typeof method !== 'function' || !writes) return method;
        return async (...args: unknown[]) => {
          const dies = ++count === write;
          if (count > write || (dies && when === 'before')) throw new Crash();
          const result: unknown = await Reflect.apply(method, target, args);
          if (dies) throw new Crash();
          return result;
        };
      },
    });
  return {
    networks: mortal(records.networks),
    hosts: mortal(records.hosts),
    ledger: mortal(records.ledger),
    operations: mortal(records.operations),
    reconciliations: records.reconciliations,
    reports: records.reports,
    documents: records.documents,
    callbacks: mortal(records.callbacks),
    batches: records.batches,
    poison: records.poison,
  };
}

export class Crash extends Error {}
