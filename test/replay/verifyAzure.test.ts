import type { Dependencies } from '../../orchestrations/activities/context';
import { verifyAzure } from '../../orchestrations/activities/verify';
import type { Advanced } from '../../shared/azure/effective/ask';
import type { Ask } from '../../shared/azure/effective/asks';
import { AzureFailure } from '../../shared/azure/send';
import { failed } from '../../shared/azure/outcome';
import type { DocumentRecord } from '../../shared/records/documents';
import {
  addresses,
  definition,
  layout,
  network,
  nic,
  route,
  spec,
  subnet,
  table,
} from '../unit/shared/fixture';

const routed = { routeTable: { id: layout.routeTable.id } };
const vnet = network([
  subnet('NAT', '10.0.0.0/24', { natGateway: { id: '/out' } }),
  subnet('Hyper-V-LAN', '10.0.1.0/24', routed),
  subnet('Ghosted-hv-01', '10.0.2.0/24'),
  subnet('Azure-VMs', '10.0.3.0/24', routed),
]);
let tables = [table()];
let unread: string[] = [];
let readings = 0;
/** What the next look at the questions comes to. */
let looks: ((asks: readonly Ask[]) => Advanced)[] = [];

jest.mock('../../shared/azure/routing', () => ({
  ...jest.requireActual<object>('../../shared/azure/routing'),
  observeRouting: () => {
    readings += 1;
    return Promise.resolve({ own: vnet, networks: [vnet], tables });
  },
}));
jest.mock('../../shared/azure/resources/networkInterface', () => ({
  readNetworkInterface: (_: unknown, id: string) =>
    Promise.resolve(nic(id === layout.nic1.id ? 'nic1' : 'nic2')),
}));
jest.mock('../../shared/azure/effective/witnesses', () => ({
  findWitnesses: () => Promise.resolve({ witnesses: [], unread }),
}));
jest.mock('../../shared/azure/effective/ask', () => ({
  ...jest.requireActual<object>('../../shared/azure/effective/ask'),
  advance: (_: unknown, asks: readonly Ask[]) => {
    const look = looks.shift();
    if (!look) throw new AzureFailure(failed('fatal', 'Unasked', 'Nobody asked for this look.'));
    return Promise.resolve(look(asks));
  },
}));

const open = (asks: readonly Ask[]): Advanced => ({
  asks: asks.map((ask) => ({ ...ask, operation: ask.operation ?? `https://arm.test/${ask.nic}` })),
  pollAfterSeconds: 10,
});
const answered =
  (...problems: string[]) =>
  (asks: readonly Ask[]): Advanced => ({
    asks: asks.map((ask) => ({ ...ask, opinion: ask.opinion ?? { problems, notes: [] } })),
  });

/** The records of one host, and the documents that are kept. */
function verification() {
  const documents = new Map<string, DocumentRecord>();
  const host = {
    ...{ network: 'nested-fun', name: 'hv-01', state: 'provisioning', spec, specFingerprint: '' },
    ...{ claim: 'op', addresses, updatedAt: '' },
  };
  const records = {
    operations: {
      get: () => Promise.resolve({ record: { id: 'op', network: 'nested-fun', host: 'hv-01' }, etag: '1' }),
    },
    networks: { get: () => Promise.resolve({ record: { name: 'nested-fun', definition }, etag: '1' }) },
    hosts: { get: () => Promise.resolve({ record: host, etag: '1' }) },
    documents: {
      get: (id: string) => Promise.resolve(documents.get(id)),
      put: (document: DocumentRecord) => Promise.resolve(documents.set(document.id, document)),
    },
  };
  const deps = { records, installation: 'default', clients: {} } as unknown as Dependencies;
  return { documents, at: (seconds: number) => verifyAzure(deps, { operation: 'op', now: seconds * 1_000 }) };
}

beforeEach(() => {
  tables = [table()];
  unread = [];
  readings = 0;
  looks = [];
});

it('is done with the answers of the first look, if they come so soon', async () => {
  const { at, documents } = verification();
  looks = [answered()];
  expect(await at(0)).toEqual({ status: 'done', change: 'unchanged' });
  expect(documents.size).toBe(0);
});

it('asks nothing as long as what was written is not there', async () => {
  const { at } = verification();
  tables = [table({ routes: [route({ nextHopIpAddress: '10.0.1.9' })] })];
  expect(await at(0)).toMatchObject({ status: 'failed', class: 'transient', code: 'VerificationFailed' });
  tables = [table()];
  looks = [answered()];
  expect(await at(5)).toMatchObject({ status: 'done' });
});

it('keeps its questions between the looks, and reads nothing again', async () => {
  const { at, documents } = verification();
  looks = [open, open, answered()];
  expect(await at(0)).toEqual({ status: 'pending', pollAfterSeconds: 10 });
  expect([...documents.values()][0]?.body).toMatchObject({
    askedAt: 0,
    asks: [{ operation: 'https://arm.test/hv-01-lan' }, { operation: 'https://arm.test/hv-01-nat' }],
  });
  expect(await at(10)).toMatchObject({ status: 'pending' });
  expect(await at(20)).toEqual({ status: 'done', change: 'unchanged' });
  expect(readings).toBe(1);
});

it('looks at everything anew after a contradiction', async () => {
  const { at } = verification();
  looks = [open, answered('Guests are lost.'), open, answered()];
  await at(0);
  expect(await at(10)).toMatchObject({
    status: 'failed',
    class: 'transient',
    code: 'VerificationFailed',
    message: expect.stringContaining('Guests are lost.') as string,
  });
  expect(await at(12)).toMatchObject({ status: 'pending' });
  expect(await at(22)).toMatchObject({ status: 'done' });
  expect(readings).toBe(2);
});

it('asks anew what was asked long ago: the orchestration was lost, or the app stood still', async () => {
  const { at } = verification();
  looks = [open, open, answered()];
  await at(0);
  expect(await at(360)).toMatchObject({ status: 'pending' });
  expect(await at(370)).toMatchObject({ status: 'done' });
  expect(readings).toBe(2);
});

it('warns of what stays without an answer for three minutes, and of what it may not look at', async () => {
  const { at } = verification();
  unread = ['Azure-VMs'];
  looks = [open, open, open];
  await at(0);
  expect(await at(179)).toMatchObject({ status: 'pending' });
  const told = await at(180);
  expect(told).toMatchObject({ status: 'done' });
  expect((told as { facts: { warning: string } }).facts.warning).toMatch(
    /look at no NIC in Azure-VMs.*at hv-01-lan in Hyper-V-LAN are not known: Azure gave no answer in time\./,
  );
});
