import type { ArmResource } from '../../local/azure/types';
import type { Records } from '../../shared/records/store';
import type { AdoptedHost, HostRecord, LedgerEntry } from '../../shared/records/types';
import { occupiedEntities } from '../faults/durable';
import type { Estate } from './estate';
import { steady } from '../faults/stage';
import type { Player } from './play';
import type { Finding } from './settle';

/** Everything that is looked at when a program is over. */
export interface End {
  hosts: HostRecord[];
  ledger: LedgerEntry[];
  resources: ArmResource[];
}

export async function look(estate: Estate, records: Records): Promise<End> {
  const lists = await Promise.all(estate.networks.map((network) => records.hosts.list(network)));
  return {
    hosts: lists.flat(),
    ledger: await records.ledger.entries(estate.vnet),
    resources: (await estate.system.admin.state()).resources,
  };
}

/** Foreign resources without what Azure itself changes on them, our routes and our table. */
export async function foreign(estate: Estate, ids: string[]): Promise<Record<string, unknown>> {
  const { resources } = await estate.system.admin.state();
  return Object.fromEntries(
    ids.map((id) => {
      const found = resources.find((one) => same(one.id, id));
      return [id, JSON.parse(JSON.stringify(found ?? 'gone', steady(found?.type ?? ''))) as unknown];
    }),
  );
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Hosts without a machine. */
export const stillBereft = (estate: Estate, { hosts, resources }: End, bereft: string[]): string[] =>
  bereft.filter((name) => {
    const id = machineIdOf(estate, name, hosts.find((host) => host.name === name)?.adopted);
    return !resources.some((one) => same(one.id, id));
  });

/** Records that do not fit each other: claims, half-way states, promises without a host, hosts without their promise. */
export function inconsistent({ hosts, ledger }: End): string[] {
  const entryOf = ({ network, name }: HostRecord) =>
    ledger.find((entry) => entry.network === network && entry.host === name);
  return [
    ...hosts.flatMap((host) => {
      const { name, claim, state, addresses, reason } = host;
      const entry = entryOf(host);
      return [
        ...(claim === undefined ? [] : [`${name} is still held by ${claim}`]),
        ...(state === 'ready' || state === 'failed' ? [] : [`${name} is ${state}`]),
        ...(state === 'failed' && reason === undefined ? [`${name} failed without a reason`] : []),
        ...(entry?.ghostedPrefix === addresses?.ghostedPrefix ? [] : [`${name} has another prefix promised`]),
        ...(entry === undefined ? [`${name} has no promise`] : []),
        ...(state === 'ready' && entry?.state !== 'active'
          ? [`${name} is ready, ledger ${entry?.state}`]
          : []),
      ];
    }),
    ...ledger.flatMap(({ network, host, state }) =>
      hosts.some((one) => one.network === network && one.name === host)
        ? []
        : [`${host} is promised a prefix (${state}) but no host`],
    ),
  ];
}

/** What the rows promise, against what Azure has of it. A failed host may have any part of it. */
export function differing(
  estate: Estate,
  { hosts, ledger, resources }: End,
  { keptDisks, bereft, released }: Pick<Player, 'keptDisks' | 'bereft' | 'released'>,
): string[] {
  const exists = (id: string): boolean => resources.some((one) => same(one.id, id));
  const own = resources.filter(({ id }) => isOurs(estate, id)).map(({ id }) => id);
  const table = ledger.length > 0 ? [estate.ownTable] : [];
  const left = [...released.flatMap((name) => machineOf(estate, name)), ...estate.offered];
  const allowed = [...hosts.flatMap((host) => partsOf(estate, host)), ...table, ...keptDisks, ...left];
  return [
    ...hosts
      .filter(({ name, state }) => state === 'ready' && !bereft.includes(name))
      .flatMap((host) => partsOf(estate, host).filter((id) => !exists(id)))
      .map((id) => `ready, but without ${id}`),
    ...own.filter((id) => !allowed.some((one) => same(one, id))).map((id) => `of nobody: ${id}`),
  ];
}

/** Routes of ours that lead to no live host of that prefix. */
export function astray(estate: Estate, { hosts, resources }: End, bereft: string[]): string[] {
  const routes = resources.filter(({ id }) => isOurs(estate, id) && /\/routes\/[^/]+$/.test(id));
  const right = ({ id, properties }: ArmResource): boolean =>
    hosts.some(
      ({ name, addresses, adopted }) =>
        id.endsWith(`/Nested-VMs-${name}`) &&
        properties['addressPrefix'] === addresses?.ghostedPrefix &&
        properties['nextHopIpAddress'] === addresses?.lanAddress &&
        (bereft.includes(name) || resources.some((one) => same(one.id, machineIdOf(estate, name, adopted)))),
    );
  return routes.filter((route) => !right(route)).map(({ id }) => id);
}

const machineIdOf = (estate: Estate, name: string, adopted?: AdoptedHost): string =>
  adopted?.virtualMachine.id ?? estate.machine(name);

/** Packets between guests, and from guests to the internet, that do not get there and back. */
export async function unreachable(estate: Estate, { hosts }: End): Promise<string[]> {
  const { system } = estate;
  const ready = hosts
    .filter(({ state }) => state === 'ready')
    .map(({ name, adopted }) => machineIdOf(estate, name, adopted).split('/').at(-1) ?? '');
  const pairs = ready.flatMap((from) =>
    ready.flatMap((to) => (from === to ? [] : [[{ guestOf: from }, { guestOf: to }] as const])),
  );
  const out = ready.map((from) => [{ guestOf: from }, 'internet'] as const);
  const walks = await Promise.all(
    [...pairs, ...out].map(async ([from, to]) => ({ from, to, ...(await system.admin.walk(from, to)) })),
  );
  return walks.flatMap(({ ok, from, to, brokenBy }) => (ok ? [] : [JSON.stringify({ from, to, brokenBy })]));
}

function partsOf(estate: Estate, { name, spec, adopted }: HostRecord): string[] {
  const routes = [estate.ownTable, ...estate.sharedTables].map(
    (table) => `${table}/routes/Nested-VMs-${name}`,
  );
  if (adopted) return adoptedParts(estate, adopted, routes);
  const [dataDisk = '', ...machine] = machineOf(estate, name);
  return [
    ...machine,
    ...(spec.dataDiskSizeGb === undefined ? [] : [dataDisk]),
    estate.subnet(`Ghosted-${name}`),
    ...routes,
  ];
}

/** A data disk and all that a host of the app has. */
const machineOf = (estate: Estate, name: string): string[] => [
  estate.own(`disks/${name}-data`, 'Microsoft.Compute'),
  estate.machine(name),
  estate.own(`disks/${name}-os`, 'Microsoft.Compute'),
  estate.nic(name, 'nat'),
  estate.nic(name, 'lan'),
];

/** What was found under names of its own, and the routes that were missing. */
function adoptedParts(estate: Estate, adopted: AdoptedHost, routes: string[]): string[] {
  const { virtualMachine, nic1, nic2, osDisk, dataDisks, ghostedSubnet, routes: found } = adopted;
  return [
    ...[virtualMachine, nic1, osDisk, ...(nic2 ? [nic2] : [])].map(({ id }) => id),
    ...dataDisks,
    estate.subnet(ghostedSubnet),
    ...found.map(({ tableId, name }) => `${tableId}/routes/${name}`),
    ...routes.filter(
      (route) => !found.some(({ tableId }) => same(tableId, route.split('/routes/')[0] ?? '')),
    ),
  ];
}

/** By name: what the app made for this program, run commands and the network's own subnets aside. */
export function isOurs(estate: Estate, id: string): boolean {
  if (estate.foreign.some((one) => same(one, id)) || /\/runcommands\//i.test(id)) return false;
  const host = estate.host(1).replace(/1$/, '\\d');
  const table = estate.ownTable.split('/').at(-1);
  return new RegExp(
    `/(virtualMachines|networkInterfaces|disks)/${host}(-\\w+)?$|/Ghosted-${host}$|/Nested-VMs-${host}$|/routeTables/${table}$`,
    'i',
  ).test(id);
}

/** Findings that a program may leave: what others did and only a person can judge. */
const accepted = ['orphanedGhostedSubnet', 'newUnroutedSubnet'];

/**
 * Findings that should not be there any more. Without a machine (`bereft`) a host is only reported, and a release that failed
 * (`unreleased`) is finished by its caller alone.
 */
export const unexpected = (findings: Finding[], bereft: string[], unreleased: string[] = []): string[] =>
  findings
    .filter(({ host = '' }) => !unreleased.includes(host))
    .filter(({ kind }) => kind !== 'unneededRouteTable' || unreleased.length === 0)
    .filter(({ kind, remedy }) => remedy !== 'report' || !accepted.includes(kind))
    .filter(({ kind, host = '' }) => kind !== 'virtualMachineGone' || !bereft.includes(host))
    .map(({ kind, what, action }) => `${kind} ${what}: ${action.verdict} ${action.reason ?? ''}`);

export async function held(estate: Estate): Promise<string[]> {
  return (await occupiedEntities(estate.system)).map((entity) => JSON.stringify(entity));
}
