import { hostLayout } from '../azure/layout';
import type { Finding } from '../records/reconciliation';
import { liesElsewhere } from '../network/occupied';
import type { LedgerEntry } from '../records/types';
import { lower } from './facts';
import { mayGo } from './leftovers';
import { blocked, type Scope } from './scope';
import { promiseBlocker } from './unread';

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
          evidence: [
            'ledger entry is being released',
            'neither subnet, route, VM, NIC, public address nor disk exists',
          ],
          remedy: 'repair',
          ...blocked(
            [
              operation !== undefined && `Operation ${operation} works on ${host}.`,
              promiseBlocker(scope),
            ].filter((reason) => reason !== false),
          ),
          detail: `Nothing is left of ${host}: ${prefix} can be given back.`,
        }),
      ];
    });
}

/**
 * True if anything that belongs to the promise is still to be seen. What else bears its tags and is to go counts, too: the
 * promise is part of what proves it ours.
 */
function remains(scope: Scope, entry: LedgerEntry): boolean {
  const { observed, promised } = scope;
  const { definition, name: network } = promised.network;
  const { hosts } = definition;
  const spec = { ...hosts };
  const layout = hostLayout(
    { installation: promised.installation, network, host: entry.host, operation: 'reconcile' },
    definition,
    spec,
    entry,
    scope.host(entry.host)?.adopted,
  );
  const ids = new Set(
    [layout.virtualMachine, layout.nic1, layout.nic2, layout.osDisk].map(({ id }) => lower(id)),
  );
  const seen = [...observed.virtualMachines, ...observed.networkInterfaces, ...observed.disks];
  const tagged = [...observed.publicAddresses, ...observed.disks.filter((disk) => mayGo(scope, disk))];
  return (
    tagged.some(
      ({ tags }) =>
        scope.ours(tags) &&
        lower(tags.host ?? '') === lower(entry.host) &&
        tags.prefix === entry.ghostedPrefix,
    ) ||
    seen.some(({ id }) => ids.has(lower(id))) ||
    observed.subnets.some(
      ({ id, prefixes }) =>
        lower(id) === lower(layout.ghostedSubnet.id) && !liesElsewhere(prefixes, entry.ghostedPrefix),
    ) ||
    observed.subnets.some(({ prefixes }) => prefixes.includes(entry.ghostedPrefix)) ||
    observed.tables.some(({ routes }) =>
      routes.some(
        (route) => route.prefix === entry.ghostedPrefix || lower(route.name) === lower(layout.route.name),
      ),
    )
  );
}
