import { hostLayout } from '../azure/layout';
import type { Finding, LedgerEntry } from '../records/types';
import { lower, type ObservedVm, type OwnerTags } from './facts';
import { blocked, blockersOf, isPlaceholder, type Scope } from './scope';

/** Tagged resources of hosts that are no more. */
export function diagnoseLeftovers(scope: Scope): Finding[] {
  const { networkInterfaces, disks, virtualMachines } = scope.observed;
  return [
    ...virtualMachines.flatMap((vm) => leftoverMachine(scope, vm)),
    ...networkInterfaces.flatMap((nic) => {
      const { host } = nic.tags;
      const named = host !== undefined && [`${host}-nat`, `${host}-lan`].includes(nic.name);
      const blockers = [
        nic.virtualMachineId !== undefined && `It is attached to ${nic.virtualMachineId}.`,
        !nic.settled && 'It is being changed.',
      ];
      return leftover(scope, 'leftoverNetworkInterface', nic, named, blockers);
    }),
    ...disks.flatMap((disk) => {
      // A data disk that carries tags was kept on purpose.
      if (disk.name !== `${disk.tags.host}-os`) return [];
      const blockers = [
        disk.attachedTo !== undefined && `It is attached to ${disk.attachedTo}.`,
        !disk.settled && 'It is being changed.',
      ];
      return leftover(scope, 'leftoverDisk', disk, true, blockers);
    }),
  ];
}

/** `kept`: the host has a claim on it. `unknown`: some record and the tags disagree. */
type Standing = { proof: string[]; entry?: LedgerEntry } | 'kept' | 'unknown';

/** What the records say about the host that the tags name. */
function standingOf(scope: Scope, { host, prefix }: OwnerTags): Standing {
  if (host === undefined || prefix === undefined) return 'unknown';
  const entry = scope.entryOf(host);
  const record = scope.host(host);
  const proof = ['tags name installation, network, host and prefix'];
  if (entry && entry.state !== 'releasing') return 'kept';
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
  kind: 'leftoverNetworkInterface' | 'leftoverDisk',
  resource: { id: string; name: string; tags: OwnerTags },
  named: boolean,
  blockers: (string | false)[],
): Finding[] {
  const { id, name, tags } = resource;
  if (!scope.ours(tags) || tags.host === undefined) return [];
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
      ]),
      detail: `The VM ${vm.name} was left behind by an operation that was to remove it.`,
    }),
  ];
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

/** Promises that nothing stands behind any more. */
export function diagnoseLedger(scope: Scope): Finding[] {
  const { ledger, network } = scope.promised;
  return ledger
    .filter((entry) => entry.network === network.name)
    .flatMap((entry) => {
      const { host, ghostedPrefix: prefix, state } = entry;
      const common = { kind: 'ledgerWithoutResource', what: `ledger ${host}`, host, prefix } as const;
      const operation = scope.busy(host);
      if (state !== 'releasing') {
        if (scope.host(host) || operation !== undefined) return [];
        const detail = `${prefix} is promised to ${host}, of which there is no record.`;
        return [
          scope.finding({ ...common, evidence: [`ledger entry is ${state}`], remedy: 'report', detail }),
        ];
      }
      if (remains(scope, entry)) return [];
      return [
        scope.finding({
          ...common,
          evidence: ['ledger entry is being released', 'neither subnet, route, VM, NIC nor disk exists'],
          remedy: 'repair',
          ...blocked(operation === undefined ? [] : [`Operation ${operation} works on ${host}.`]),
          detail: `Nothing is left of ${host}: ${prefix} can be given back.`,
        }),
      ];
    });
}

/** True if anything that belongs to the promise is still to be seen. */
export function remains(scope: Scope, entry: LedgerEntry): boolean {
  const { observed, promised } = scope;
  const { definition, name: network } = promised.network;
  const { hosts } = definition;
  const spec = { ...hosts };
  const layout = hostLayout(
    { installation: promised.installation, network, host: entry.host, operation: 'reconcile' },
    definition,
    spec,
    entry,
  );
  const ids = new Set(
    [layout.virtualMachine, layout.nic1, layout.nic2, layout.osDisk, layout.ghostedSubnet].map(({ id }) =>
      lower(id),
    ),
  );
  const seen = [
    ...observed.virtualMachines,
    ...observed.networkInterfaces,
    ...observed.disks,
    ...observed.subnets,
  ];
  return (
    seen.some(({ id }) => ids.has(lower(id))) ||
    observed.subnets.some(({ prefixes }) => prefixes.includes(entry.ghostedPrefix)) ||
    observed.tables.some(({ routes }) =>
      routes.some(
        (route) => route.prefix === entry.ghostedPrefix || lower(route.name) === lower(layout.route.name),
      ),
    )
  );
}
