import type { NetworkInterface } from '@azure/arm-network';
import type { AzureClients } from '../../../shared/azure/clients';
import { observeOccupied, subnetsOf } from '../../../shared/azure/occupied';
import { afterLook, nothingSeen, type OccupiedAddress } from '../../../shared/records/occupied';
import type { LedgerEntry } from '../../../shared/records/types';
import { addresses, definition, layout, network, shouted, subnet } from './fixture';

const entry: LedgerEntry = {
  ...addresses,
  ...{ network: 'nested-fun', host: 'hv-01', state: 'active', operation: 'op' },
};
const group = (name: string) => `/subscriptions/${definition.subscriptionId}/resourceGroups/${name}`;
const nicId = (name: string, at = 'theirs') =>
  `${group(at)}/providers/Microsoft.Network/networkInterfaces/${name}`;
const nic = (id: string, ...found: string[]): NetworkInterface => ({
  id,
  ipConfigurations: found.map((privateIPAddress) => ({ privateIPAddress })),
});
const configuration = (id: string) => ({ id: `${id}/ipConfigurations/one` });

/** Answers lists of network interfaces by resource group, and remembers which were asked for. */
function azure(groups: Record<string, NetworkInterface[] | 'denied'>) {
  const asked: string[] = [];
  const list = (name: string, { onResponse }: { onResponse: (raw: object) => void }) => {
    asked.push(name);
    const found = groups[name] ?? [];
    if (found === 'denied') {
      const bodyAsText = JSON.stringify({ error: { code: 'AuthorizationFailed', message: 'No.' } });
      onResponse({ status: 403, headers: { get: () => undefined }, bodyAsText });
      throw new Error('403');
    }
    return (async function* () {
      yield* await Promise.resolve(found);
    })();
  };
  const clients = { network: () => Promise.resolve({ networkInterfaces: { list } }) };
  return { asked, clients: clients as unknown as AzureClients };
}

async function look(
  subnets: ReturnType<typeof subnet>[],
  groups: Parameters<typeof azure>[0] = {},
  { before = [entry], after = before }: { before?: LedgerEntry[]; after?: LedgerEntry[] } = {},
) {
  const { asked, clients } = azure(groups);
  let questions = 0;
  const promises = () => Promise.resolve((questions++, after));
  const seen = await observeOccupied(clients, definition, subnetsOf(network(subnets)), {
    before,
    after: promises,
  });
  return { seen, asked, questions };
}

const own = configuration(shouted(layout.nic1.id));
const nat = (...ipConfigurations: { id: string }[]) => subnet('NAT', '10.0.0.0/24', { ipConfigurations });
const ghosted = subnet('Ghosted-hv-01', '10.0.2.0/24');
const contested = (...addresses: OccupiedAddress[]) => ({
  ranges: [{ prefix: '10.0.2.0/24', by: `${layout.virtualNetworkId}/subnets/Ghosted-hv-01` }],
  addresses,
});
const nothing = { ...nothingSeen, contested: contested() };

it('asks for nothing where there is nothing but what is promised', async () => {
  expect(await look([nat(own), ghosted])).toEqual({ seen: nothing, asked: [], questions: 0 });
});

it('takes a host that came or went during the look for nobody else', async () => {
  expect((await look([nat(own), ghosted], {}, { before: [], after: [entry] })).seen).toEqual(nothing);
  expect((await look([nat(own), ghosted], {}, { before: [entry], after: [] })).seen).toEqual(nothing);
});

it('reads the addresses of interfaces that are nobody of ours, group by group, and leaves out what is promised', async () => {
  const [one, two, lost] = [nicId('a'), nicId('b', 'Others'), nicId('hv-02-nat', 'theirs')];
  const { seen, asked } = await look([nat(own, ...[one, two, lost].map(configuration)), ghosted], {
    theirs: [
      nic(shouted(one), '10.0.0.9', 'fd00::9'),
      nic(nicId('elsewhere'), '10.0.0.200'),
      nic(lost, '10.0.0.4'),
    ],
    Others: [nic(two, '10.0.0.8', '10.7.0.1')],
  });
  expect(asked).toEqual(['theirs', 'Others']);
  expect(seen).toEqual({
    ...nothing,
    addresses: [
      { address: '10.0.0.8', by: two },
      { address: '10.0.0.9', by: shouted(one) },
    ],
    contested: contested({ address: '10.0.0.4', by: lost }),
  });
  const kept = { ranges: [], addresses: [{ address: '10.0.0.4', by: shouted(lost) }] };
  expect(afterLook(kept, seen).addresses).toContainEqual(kept.addresses[0]);
  expect(afterLook({ ranges: [], addresses: [{ address: '10.0.0.4', by: two }] }, seen).addresses).toEqual(
    seen.addresses,
  );
  // The host to which Azure refused it is promised it until its undo is over.
  const refused = { ranges: [], addresses: [{ address: '10.0.0.4' }, { address: '10.0.0.5' }] };
  expect(afterLook(refused, seen).addresses).toEqual([{ address: '10.0.0.4' }, ...seen.addresses]);
});

it('says that it does not know everybody where it may not read, or what lives there is no interface', async () => {
  const hidden = await look([nat(configuration(nicId('a')))], { theirs: 'denied' });
  expect([hidden.seen, hidden.asked]).toEqual([{ ...nothingSeen, unread: true }, ['theirs']]);
  const balancer = `${group('theirs')}/providers/Microsoft.Network/loadBalancers/l/frontendIPConfigurations/f`;
  expect(await look([nat({ id: balancer })])).toMatchObject({
    seen: { ...nothingSeen, unread: true },
    asked: [],
  });
});

it('finds subnets in the pools', async () => {
  const { seen } = await look([ghosted, subnet('theirs', '10.10.4.0/25')]);
  expect(seen).toEqual({
    ...nothing,
    ranges: [{ prefix: '10.10.4.0/25', by: `${layout.virtualNetworkId}/subnets/theirs` }],
  });
});
