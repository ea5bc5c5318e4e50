import type { System } from '../../local/launch/system';
import { until } from '../../local/launch/until';
import { deletions } from '../e2e/warrants';
import { adoptedBelongings, belongings, ownAddress, type Case } from './cases';
import { occupiedEntities, unfinished } from './durable';
import type { Seen } from './stage';

const namesOf = (patterns: string[], host: string): string[] =>
  patterns.map((pattern) => pattern.replace('{h}', host)).sort();

/** Everything that a host of the case has, if it is whole. */
const whole = ({ kind, ownNetwork }: Case): string[] =>
  kind === 'adopt' ? adoptedBelongings : [...belongings, ...(ownNetwork === 'publicIp' ? [ownAddress] : [])];

/** What the end of a case has to look like, in the shape of what was seen. */
export function expectedEnd(one: Case, { host }: Seen): object {
  const { kind, expected } = one;
  switch (expected.ends) {
    case 'ready':
      return { code: expected.code, record: { state: 'ready' }, resources: namesOf(whole(one), host) };
    case 'left':
      return { code: expected.code, record: undefined, resources: namesOf(expected.there, host) };
    case 'released':
      return {
        code: undefined,
        record: undefined,
        resources: namesOf(expected.there ?? belongings.slice(1, 5), host),
      };
    case 'gone':
    case 'undone':
      return {
        code: expected.ends === 'undone' ? expected.code : undefined,
        record: undefined,
        resources: [],
      };
    case 'leftover':
      return {
        code: expected.code,
        record: { state: 'failed' },
        resources: namesOf(expected.stays, host),
        // A provisioning names what it had to leave.
        ...(kind === 'provision' ? { leftovers: true } : {}),
      };
  }
}

export function seenEnd({ kind, expected }: Case, { operation, record, resources }: Seen): object {
  const { failure } = operation;
  return {
    code: failure?.code,
    // No operation holds the host any more.
    record: record && { state: record.state, ...(record.operation ? { operation: record.operation } : {}) },
    resources,
    ...(kind === 'provision' && expected.ends === 'leftover'
      ? { leftovers: (failure?.leftovers ?? []).length > 0 }
      : {}),
  };
}

/** Resources that Azure made twice although nobody had deleted them in between. */
export async function madeTwice({ admin }: System, exempt: (path: string) => boolean): Promise<string[]> {
  const alive = new Set<string>();
  const twice: string[] = [];
  for (const { method, path, created, status } of (await admin.requests()).requests) {
    const id = path.toLowerCase();
    if (method === 'DELETE' && status < 300) {
      for (const other of alive) if (other === id || other.startsWith(`${id}/`)) alive.delete(other);
      // NICs and disks go with their VM.
      if (id.includes('/virtualmachines/')) {
        const host = id.split('/').at(-1) ?? '';
        for (const other of alive) if (other.split('/').at(-1)?.startsWith(`${host}-`)) alive.delete(other);
      }
    }
    if (method !== 'PUT' || !created) continue;
    if (alive.has(id) && !exempt(id)) twice.push(id);
    alive.add(id);
  }
  return twice;
}

/**
 * What must hold when everything is over: nothing runs, nothing is held, nobody's resource was deleted. The timer begins a
 * reconciliation whenever it is due, which is let come to its end.
 */
export async function loose(system: System): Promise<object> {
  const look = async () => ({ occupied: await occupiedEntities(system), running: await unfinished(system) });
  const rest = async () => {
    const found = await look();
    return found.running.length + found.occupied.length === 0 ? found : undefined;
  };
  // What does not come to rest is what the test is to show.
  const found = await until(rest, { what: 'rest', limit: 120_000 }).catch(look);
  const foreign = (await deletions(system)).filter(({ id }) => !ours.test(id)).map(({ id }) => id);
  return { ...found, foreign };
}

/** Everything that an app which was only given hosts of these tests may ever delete. */
const ours =
  /\/(virtualMachines|networkInterfaces|disks|publicIPAddresses)\/f\d+(-\w+)*$|\/virtualMachines\/f\d+\/runCommands\/[^/]+$|\/subnets\/(Ghosted-f\d+|NAT|Hyper-V-LAN)$|\/routeTables\/Routes-[\w-]+(\/routes\/Nested-VMs-f\d+)?$/i;

export const nothing = { occupied: [], running: [], foreign: [] };

/** Promised prefixes of a network, and its hosts: there are as many of the one as of the other. */
export async function promises({ app }: System, network: string): Promise<{ used: number; hosts: number }> {
  const { occupancy } = await app.get<{ occupancy: { pools: { used: number; foreign: number }[] } }>(
    `/networks/${network}`,
  );
  const hosts = await app.get<unknown[]>(`/hosts?network=${network}`);
  return {
    used: occupancy.pools.reduce((sum, { used, foreign }) => sum + used - foreign, 0),
    hosts: hosts.length,
  };
}

/** What somebody deletes in the course of a case, which may have to be made again. */
export function removedByHand({ faults }: Case, { host, network }: Pick<Seen, 'host' | 'network'>): RegExp[] {
  return faults.flatMap(({ match, effect }) => {
    if (effect.kind !== 'mutate' || effect.delete === undefined) return [];
    const path = effect.delete === true ? (match?.path ?? '') : `${lastTwo(effect.delete)}$`;
    return [new RegExp(path.replaceAll('{h}', host).replaceAll('{n}', network), 'i')];
  });
}

const lastTwo = (id: string): string => id.split('/').slice(-2).join('/');
