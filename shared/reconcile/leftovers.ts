import { sameId } from '../azure/ids';
import type { Finding } from '../records/reconciliation';
import type { LedgerEntry, OperationRecord } from '../records/types';
import { lower, type ObservedDisk, type ObservedVm, type OwnerTags } from './facts';
import { blocked, blockersOf, isPlaceholder, type Scope } from './scope';
import { unreadBlocker } from './unread';

/** Tagged resources of hosts that are no more. */
export function diagnoseLeftovers(scope: Scope): Finding[] {
  const { networkInterfaces, publicAddresses, disks, virtualMachines } = scope.observed;
  const attached = (to: string | undefined) => to !== undefined && `It is attached to ${to}.`;
  const changing = (settled: boolean) => !settled && 'It is being changed.';
  return [
    ...virtualMachines.flatMap((vm) => leftoverMachine(scope, vm)),
    ...networkInterfaces.flatMap((nic) => {
      const blockers = [attached(nic.virtualMachineId), changing(nic.settled)];
      return leftover(scope, 'leftoverNetworkInterface', nic, ['nat', 'lan'], blockers);
    }),
    ...publicAddresses.flatMap((address) => {
      const blockers = [attached(address.attachedTo), changing(address.settled)];
      return leftover(scope, 'leftoverPublicAddress', address, ['nat-ip'], blockers);
    }),
    ...disks
      .filter((disk) => mayGo(scope, disk))
      .flatMap((disk) => {
        const blockers = [attached(disk.attachedTo), changing(disk.settled)];
        return leftover(scope, 'leftoverDisk', disk, ['os', 'data'], blockers);
      }),
  ];
}

/** A data disk may have been kept on purpose: only an operation that was to remove it says otherwise. */
export function mayGo(scope: Scope, { id, name, tags }: ObservedDisk): boolean {
  const { host } = tags;
  if (host === undefined || name === `${host}-os`) return true;
  const entry = scope.entryOf(host);
  const operation = scope.promised.finished.find((one) => one.id === entry?.operation);
  if (operation?.request.kind === 'teardown') return !operation.request.keepDisks && !isRelease(operation);
  return operation?.kind === 'provision' && operation.absentBefore?.includes(lower(id)) === true;
}

const isRelease = ({ request }: Pick<OperationRecord, 'request'>): boolean =>
  request.kind === 'teardown' && request.keepVirtualMachine === true;

/** True if the operation that gives the promise back leaves the machine, with all that hangs on it, where it is. */
function isReleased(scope: Scope, { host, operation }: LedgerEntry): boolean {
  const begun = scope.promised.finished.some((one) => one.id === operation && isRelease(one));
  return begun || scope.host(host)?.keepVirtualMachine === true;
}

/** `kept`: the host has a claim on it. `unknown`: some record and the tags disagree. */
type Standing = { proof: string[]; entry?: LedgerEntry } | 'kept' | 'unknown';

/** What the records say about the host that the tags name. */
function standingOf(scope: Scope, { host, prefix }: OwnerTags): Standing {
  if (host === undefined || prefix === undefined) return 'unknown';
  const entry = scope.entryOf(host);
  const record = scope.host(host);
  const proof = ['tags name installation, network, host and prefix'];
  if (entry && (entry.state !== 'releasing' || isReleased(scope, entry))) return 'kept';
  if (entry) {
    return entry.ghostedPrefix === prefix
      ? { proof: [...proof, `ledger entry is being released since operation ${entry.operation}`], entry }
      : 'unknown';
  }
  if (record && !isPlaceholder(scope, record))
    return scope.busy(host) === undefined && record.state === 'failed' ? 'unknown' : 'kept';
  return { proof: [...proof, 'no host, and no promise, by that name'] };
}

function leftover(
  scope: Scope,
  kind: 'leftoverNetworkInterface' | 'leftoverPublicAddress' | 'leftoverDisk',
  resource: { id: string; name: string; tags: OwnerTags },
  roles: readonly string[],
  blockers: (string | false)[],
): Finding[] {
  const { id, name, tags } = resource;
  if (!scope.ours(tags) || tags.host === undefined) return [];
  const named = roles.some((role) => name === `${tags.host}-${role}`);
  const standing = standingOf(scope, tags);
  if (standing === 'kept') return [];
  const common = {
    kind,
    what: id,
    host: tags.host,
    ...(tags.prefix ? { prefix: tags.prefix } : {}),
  } as const;
  const detail = `${name} was made for ${tags.host}, which is no more.`;
  if (standing === 'unknown' || !named) {
    return [
      scope.finding({ ...common, evidence: ['tags and records do not agree'], remedy: 'report', detail }),
    ];
  }
  return [
    scope.finding({
      ...common,
      evidence: standing.proof,
      remedy: 'delete',
      ...blocked(blockersOf(scope, tags.host, blockers)),
      detail,
    }),
  ];
}

/**
 * A machine goes only if an operation of ours that was to remove it has ended without: a teardown past its point of no
 * return, or the undo of the operation that made it. Tags alone never suffice.
 */
function leftoverMachine(scope: Scope, vm: ObservedVm): Finding[] {
  const { tags } = vm;
  const { host } = tags;
  if (!scope.ours(tags) || host === undefined || lower(host) !== lower(vm.name)) return [];
  const standing = standingOf(scope, tags);
  if (standing === 'kept') return [];
  const common = { kind: 'leftoverVirtualMachine', what: vm.id, host } as const;
  const ending = standing !== 'unknown' && standing.entry ? endingOf(scope, vm, standing.entry) : undefined;
  const busy = scope.busy(host);
  const route = standing !== 'unknown' && standing.entry ? routeTo(scope, standing.entry) : undefined;
  if (standing === 'unknown' || ending === undefined) {
    return [
      scope.finding({
        ...common,
        evidence: ['no operation on record was to remove it'],
        remedy: 'report',
        detail: `The VM ${vm.name} carries our tags, but no host is recorded for it.`,
      }),
    ];
  }
  return [
    scope.finding({
      ...common,
      evidence: [...standing.proof, ending],
      remedy: 'delete',
      ...blocked([
        ...(busy === undefined ? [] : [`Operation ${busy} works on ${host}.`]),
        ...(vm.settled ? [] : ['It is being changed.']),
        ...(route === undefined ? [] : [`The route ${route} leads to it.`]),
        ...[unreadBlocker(scope, host)].filter((reason) => reason !== false),
      ]),
      detail: `The VM ${vm.name} was left behind by an operation that was to remove it.`,
    }),
  ];
}

/** Id of a route of the host that is to be seen: it goes first, so that nobody is sent to a dying router. */
function routeTo(scope: Scope, { host, ghostedPrefix }: LedgerEntry): string | undefined {
  const adopted = scope.host(host)?.adopted?.routes ?? [];
  const named = (tableId: string, name: string) =>
    lower(name) === lower(`Nested-VMs-${host}`) ||
    adopted.some((one) => sameId(one.tableId, tableId) && lower(one.name) === lower(name));
  return scope.observed.tables.flatMap(({ id, routes }) =>
    routes.flatMap(({ name, prefix }) =>
      prefix === ghostedPrefix && named(id, name) ? [`${id}/routes/${name}`] : [],
    ),
  )[0];
}

/** True if an operation of ours that has ended was to remove the machine. */
export function wasToGo(scope: Scope, vm: ObservedVm): boolean {
  const { host } = vm.tags;
  const standing = scope.ours(vm.tags) && host !== undefined ? standingOf(scope, vm.tags) : 'unknown';
  if (standing === 'kept' || standing === 'unknown' || !standing.entry) return false;
  return endingOf(scope, vm, standing.entry) !== undefined;
}

function endingOf(scope: Scope, vm: ObservedVm, entry: LedgerEntry): string | undefined {
  const operation = scope.promised.finished.find(({ id }) => id === entry.operation);
  if (!operation || operation.status === 'succeeded') return undefined;
  if (operation.kind === 'teardown') return `teardown ${operation.id} ended before it was removed`;
  const made = operation.absentBefore?.includes(lower(vm.id)) === true;
  return operation.kind === 'provision' && made && operation.failure?.leftovers?.length
    ? `undo of ${operation.id}, which made it, left it`
    : undefined;
}
