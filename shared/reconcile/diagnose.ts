import type { Finding } from '../records/reconciliation';
import type { Observed, Promised } from './facts';
import { diagnoseHosts, stoppedHosts } from './hosts';
import { diagnoseLedger } from './ledger';
import { diagnoseLeftovers } from './leftovers';
import { diagnoseLost } from './lost';
import { diagnoseOutbound } from './outbound';
import { diagnosePeerings } from './peerings';
import { diagnoseRanges } from './ranges';
import { diagnoseRoutes } from './routes';
import { scopeOf, type Scope } from './scope';
import { diagnoseSubnets } from './subnets';
import { diagnoseTables } from './tables';
import { diagnoseUnread } from './unread';

/** Everything in which Azure and the records disagree, and hosts that somebody stopped. */
export interface Diagnosis {
  findings: Finding[];
  stopped: string[];
}

/**
 * Compares what exists with what was promised. Pure; the same rules decide twice about every deletion, first on what the
 * run observed, then on what was read just before, under the leases.
 */
export function diagnose(observed: Observed, promised: Promised): Diagnosis {
  const scope = scopeOf(observed, promised);
  if (!observed.virtualNetwork) {
    const gone = scope.finding({
      kind: 'virtualNetworkGone',
      what: scope.promised.network.name,
      evidence: ['no such VNet'],
      remedy: 'report',
      detail: 'The VNet of the network does not exist. Nothing else was compared.',
    });
    return { findings: [gone, ...diagnoseUnread(scope), ...deadLeases(scope)], stopped: [] };
  }
  const rules = [
    diagnoseSubnets,
    diagnoseRoutes,
    diagnoseTables,
    diagnoseHosts,
    diagnoseOutbound,
    diagnosePeerings,
    diagnoseLeftovers,
    diagnoseLedger,
    diagnoseRanges,
    diagnoseUnread,
    deadLeases,
  ];
  const lost = diagnoseLost(scope);
  const findings = rules.flatMap((rule) => rule(scope)).filter((finding) => !followsFrom(lost, finding));
  return { findings: [...lost, ...findings], stopped: stoppedHosts(scope) };
}

/** What looks like nobody's only because records are lost. While any are, no table counts as needless either. */
function followsFrom(lost: Finding[], { kind, what, host, prefix }: Finding): boolean {
  if (kind === 'unneededRouteTable') return lost.length > 0;
  if (!/^(orphaned|leftover|ledgerWithout)/.test(kind)) return false;
  return lost.some(
    (one) =>
      one.what === what ||
      one.host === host ||
      (one.remedy === 'repair' && prefix !== undefined && one.prefix === prefix),
  );
}

function deadLeases(scope: Scope): Finding[] {
  return scope.observed.deadLeases.map(({ key, holder }) =>
    scope.finding({
      kind: 'deadLease',
      what: `lease ${key}`,
      evidence: [`held by ${holder}`, 'it has expired', 'its holder is not running'],
      remedy: 'repair',
      detail: `A write lease is held by ${holder}, which has ended.`,
    }),
  );
}
