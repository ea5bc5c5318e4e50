import type { ArmResource } from '../../local/azure/types';
import { overlaps, parsePrefix, type Prefix } from '../../shared/network/ipv4';
import type { HostRecord, LedgerEntry } from '../../shared/records/types';
import type { Estate } from './estate';
import type { End } from './invariants';

/** A range and who has it; the same who twice is no clash. */
interface Holding {
  prefix: string;
  who: string;
}

/** No prefix and no address is had twice: not in the records, not in Azure, and not between the two. */
export function shared(estate: Estate, end: End): string[] {
  const { ledger } = end;
  const subnets = subnetsOf(estate, end);
  const addresses = addressesOf(estate, end);
  return [
    ...clashes(ledger.map(({ host, ghostedPrefix: prefix }) => ({ who: `promise of ${host}`, prefix }))),
    ...clashes(ledger.flatMap(addressesPromised)),
    ...clashes(subnets),
    ...clashes(addresses),
    ...tablesOf(estate, end).flatMap((routes) => clashes(routes, equal)),
    ...ledger.flatMap((entry) => besides(end, entry, subnets, addresses)),
  ];
}

const addressesPromised = ({ host, natAddress, lanAddress }: LedgerEntry): Holding[] =>
  [natAddress, lanAddress].map((address) => ({ who: `promise of ${host}`, prefix: `${address}/32` }));

/** What somebody else has of a promise. A host that failed may have been promised what it could not get. */
function besides(
  { hosts }: End,
  { host, network, ...promise }: LedgerEntry,
  subnets: Holding[],
  addresses: Holding[],
): string[] {
  const record = hosts.find((one) => one.network === network && one.name === host);
  if (record?.state !== 'ready') return [];
  const own = partsOf(record).map((name) => name.toLowerCase());
  const mine: Holding[] = addressesPromised({ host, network, ...promise });
  const others = (all: Holding[]): Holding[] =>
    all.filter(({ who }) => !own.includes(who.split('/').at(-1)?.toLowerCase() ?? ''));
  return [
    ...others(subnets).flatMap((one) => clashes([{ who: host, prefix: promise.ghostedPrefix }, one])),
    ...others(addresses).flatMap((one) => mine.flatMap((address) => clashes([address, one]))),
  ];
}

/** Names of the subnet and the interfaces of a host. */
function partsOf({ name, adopted }: HostRecord): string[] {
  if (!adopted) return [`Ghosted-${name}`, `${name}-nat`, `${name}-lan`];
  const { ghostedSubnet, nic1, nic2 } = adopted;
  return [ghostedSubnet, ...[nic1, nic2].map((nic) => nic?.id.split('/').at(-1) ?? `${name}-lan`)];
}

function subnetsOf({ vnet }: Estate, { resources }: End): Holding[] {
  return childrenOf(resources, vnet, 'subnets').map(({ id, properties }) => ({
    who: id,
    prefix: String(properties['addressPrefix']),
  }));
}

function addressesOf({ vnet }: Estate, { resources }: End): Holding[] {
  const nics = resources.filter(({ type }) => /^Microsoft\.Network\/networkInterfaces$/i.test(type));
  return nics.flatMap(({ id, properties }) =>
    (properties['ipConfigurations'] as { properties: Configuration }[]).flatMap(({ properties: one }) =>
      one.subnet.id.toLowerCase().startsWith(`${vnet}/`.toLowerCase())
        ? [{ who: id, prefix: `${one.privateIPAddress}/32` }]
        : [],
    ),
  );
}

interface Configuration {
  privateIPAddress: string;
  subnet: { id: string };
}

/** Routes by table; in one table a longer prefix beside a shorter one is no clash, the same prefix is. */
function tablesOf({ ownTable, sharedTables }: Estate, { resources }: End): Holding[][] {
  return [ownTable, ...sharedTables].map((table) =>
    childrenOf(resources, table, 'routes').map(({ id, properties }) => ({
      who: id,
      prefix: String(properties['addressPrefix']),
    })),
  );
}

const childrenOf = (resources: ArmResource[], parent: string, kind: string): ArmResource[] =>
  resources.filter(({ id }) => new RegExp(`^${parent}/${kind}/[^/]+$`, 'i').test(id));

type Clash = (one: Prefix, other: Prefix) => boolean;

const equal: Clash = (one, other) => one.length === other.length && overlaps(one, other);

function clashes(all: Holding[], clash: Clash = overlaps): string[] {
  return all.flatMap((one, index) =>
    all
      .slice(index + 1)
      .filter(({ prefix, who }) => who !== one.who && clash(parsePrefix(prefix), parsePrefix(one.prefix)))
      .map(({ who, prefix }) => `${one.who} (${one.prefix}) and ${who} (${prefix})`),
  );
}
