import type { Subnet } from '@azure/arm-network';
import type { Dependencies } from '../../orchestrations/activities/context';
import { planHost, type PlanFacts } from '../../orchestrations/activities/plan';
import { removeResource } from '../../orchestrations/activities/removal';
import { ensureResource, type HostResource } from '../../orchestrations/activities/resources';
import type { AzureClients } from '../../shared/azure/clients';
import type { Outcome } from '../../shared/azure/outcome';
import type { CallOptions } from '../../shared/azure/send';
import type { Records } from '../../shared/records/store';
import type { HostRecord, LedgerEntry, NetworkRecord, OperationRecord } from '../../shared/records/types';
import { addresses, definition, network, spec, subnet } from '../unit/shared/fixture';
import { before, planned } from '../unit/plan/observed';

let subnets: Subnet[] = [];
const azureVms = subnet('Azure-VMs', '10.0.3.0/24');
const vnet = () => network([azureVms, ...subnets]);
jest.mock('../../shared/azure/plan/observe', () => ({
  observeHost: () => Promise.resolve(before({ routing: { own: vnet(), networks: [vnet()], tables: [] } })),
}));

const now = Date.UTC(2026, 0, 1);
const names = ['natSubnet', 'lanSubnet'] as const;

/** A host that is promised an address by its number, with the provisioning that makes it. */
interface Host {
  record: HostRecord;
  entry: LedgerEntry;
  operation: OperationRecord;
}

/** Records of hosts on the documented network, and a VNet whose writes take effect at once. */
class Estate {
  readonly hosts = new Map<string, Host>();
  readonly networks: NetworkRecord[] = [
    {
      name: 'nested-fun',
      definition: planned.definition,
      state: 'ready',
      operation: 'def',
      updatedAt: '',
    },
  ];

  admit(name: string, at: number): void {
    const own = {
      ghostedPrefix: at === 1 ? addresses.ghostedPrefix : `10.10.${at}.0/24`,
      natAddress: `10.0.0.${3 + at}`,
      lanAddress: `10.0.1.${3 + at}`,
    };
    this.hosts.set(name, {
      record: {
        network: 'nested-fun',
        name,
        state: 'provisioning',
        spec,
        specFingerprint: '',
        claim: name,
        addresses: own,
        updatedAt: '',
      },
      entry: { ...own, network: 'nested-fun', host: name, state: 'reserved', operation: name },
      operation: {
        id: name,
        kind: 'provision',
        network: 'nested-fun',
        host: name,
        status: 'running',
        caller: 'test',
        fingerprint: '',
        request: { kind: 'provision', spec, onFailure: 'undo' },
        createdAt: '',
      },
    });
  }

  private of(name: string): Host {
    const host = this.hosts.get(name);
    if (!host) throw new Error(`There is no host ${name}.`);
    return host;
  }

  /** Each operation has the name of its host. */
  private readonly records = {
    networks: {
      get: () => Promise.resolve({ record: this.networks[0], etag: '1' }),
      list: () => Promise.resolve(this.networks),
    },
    operations: {
      get: (id: string) => Promise.resolve({ record: this.of(id).operation, etag: '1' }),
      replace: (record: OperationRecord) => Promise.resolve(void (this.of(record.id).operation = record)),
      addWarrant: () => Promise.resolve(),
    },
    hosts: {
      get: (_: string, name: string) => Promise.resolve({ record: this.of(name).record, etag: '1' }),
      replace: (record: HostRecord) => Promise.resolve(void (this.of(record.name).record = record)),
    },
    ledger: {
      entries: () => Promise.resolve([...this.hosts.values()].map(({ entry }) => entry)),
      noteOccupied: () => Promise.resolve(),
    },
  } as unknown as Records;

  private readonly deps = {
    records: this.records,
    installation: 'default',
    clients: {
      network: () =>
        Promise.resolve({
          virtualNetworks: { get: () => Promise.resolve(vnet()) },
          subnets: {
            createOrUpdate: (_g: string, _v: string, name: string, body: Subnet, options: CallOptions) => {
              subnets = [...subnets, subnet(name, body.addressPrefix ?? '')];
              return answered(options, 200);
            },
            delete: (_g: string, _v: string, name: string, options: CallOptions) => {
              subnets = subnets.filter((one) => one.name !== name);
              return answered(options, 204);
            },
          },
          networkInterfaces: {
            get: (_g: string, _n: string, options: CallOptions) => refused(options, 404, 'ResourceNotFound'),
            createOrUpdate: (_g: string, _n: string, _b: unknown, options: CallOptions) => ({
              submitted: () => refused(options, 400, 'InvalidResourceReference'),
            }),
          },
        }),
    } as unknown as AzureClients,
  } as unknown as Dependencies;

  async plan(name: string): Promise<PlanFacts> {
    const outcome = await planHost(this.deps, { operation: name, now });
    if (outcome.status !== 'done' || !outcome.facts) throw new Error(JSON.stringify(outcome));
    return outcome.facts;
  }

  /** As the orchestration does it under the write lease of the VNet, without waits between. */
  async ensure(name: string, resources: readonly HostResource[]): Promise<void> {
    for (const resource of resources)
      for (let outcome: Outcome | undefined; outcome?.status !== 'done';)
        outcome = await this.look(name, resource);
  }

  look(name: string, resource: HostResource): Promise<Outcome> {
    return ensureResource(this.deps, { operation: name, resource, resume: {} });
  }

  async undoSubnets(name: string): Promise<void> {
    for (const resource of names)
      await removeResource(this.deps, {
        ...{ operation: name, purpose: 'undo', target: { resource }, resume: {}, now },
      });
  }
}

const headers = { get: () => undefined };
function answered(options: CallOptions, status: number): { submitted(): Promise<void> } {
  const body = JSON.stringify({ properties: { provisioningState: 'Succeeded' } });
  options.onResponse?.({ status, headers, bodyAsText: body } as never);
  return { submitted: () => Promise.resolve() };
}
function refused(options: CallOptions, status: number, code: string): Promise<never> {
  const body = JSON.stringify({ error: { code, message: 'It is not there.' } });
  options.onResponse?.({ status, headers, bodyAsText: body } as never);
  return Promise.reject(new Error(code));
}

const there = (): (string | undefined)[] => subnets.map(({ name }) => name);
const both = ['NAT', 'Hyper-V-LAN'];

beforeEach(() => {
  subnets = [];
});

/** `hv-01` has made the subnets of the network, and is about to take them back. */
async function firstHost(): Promise<Estate> {
  const estate = new Estate();
  estate.admit('hv-01', 1);
  const { missingSubnets } = await estate.plan('hv-01');
  await estate.ensure('hv-01', missingSubnets);
  expect(there()).toEqual(both);
  return estate;
}

it('subnets that the plan of a host still saw are made again when an undo took them before the host came', async () => {
  const estate = await firstHost();
  // The undo finds nobody promised, and the next host is admitted and planned before its DELETE takes effect.
  const seen = subnets;
  await estate.undoSubnets('hv-01');
  const taken = subnets;
  subnets = seen;
  estate.hosts.delete('hv-01');
  estate.admit('hv-02', 2);
  const { missingSubnets } = await estate.plan('hv-02');
  subnets = taken;
  expect(there()).toEqual([]);
  await estate.ensure('hv-02', missingSubnets);
  expect(there()).toEqual(both);
  // It made them, so its own undo takes them back.
  await estate.undoSubnets('hv-02');
  expect(there()).toEqual([]);
});

it('subnets that another host is promised by the time of the undo stay', async () => {
  const estate = await firstHost();
  estate.admit('hv-02', 2);
  await estate.undoSubnets('hv-01');
  expect(there()).toEqual(both);
});

it('subnets that were there when their turn came are not taken back', async () => {
  const estate = await firstHost();
  estate.hosts.delete('hv-01');
  estate.admit('hv-02', 2);
  await estate.ensure('hv-02', (await estate.plan('hv-02')).missingSubnets);
  await estate.undoSubnets('hv-02');
  expect(there()).toEqual(both);
});

it('a subnet that another network was defined over, and may not make, stays', async () => {
  const estate = await firstHost();
  const natSubnet = { ...definition.natSubnet, create: false };
  estate.networks.push({
    ...{ name: 'second', state: 'ready', operation: 'def', updatedAt: '' },
    definition: { ...definition, natSubnet },
  });
  await estate.undoSubnets('hv-01');
  expect(there()).toEqual(['NAT']);
});

it.each([
  ['is gone', [], 'SubnetTaken'],
  ['is there', [subnet('NAT', '10.0.0.0/24')], 'InvalidResourceReference'],
  ['is on its way out', [subnet('NAT', '10.0.0.0/24', { provisioningState: 'Deleting' })], 'SubnetTaken'],
])('an interface that Azure refuses while its subnet %s', async (_, now, code) => {
  const estate = new Estate();
  estate.admit('hv-01', 1);
  subnets = now;
  expect(await estate.look('hv-01', 'nic1')).toMatchObject({ status: 'failed', class: 'invalid', code });
});
