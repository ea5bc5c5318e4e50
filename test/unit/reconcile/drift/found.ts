import { diagnose } from '../../../../shared/reconcile/diagnose';
import type { Observed, Promised } from '../../../../shared/reconcile/facts';
import { definition } from '../../shared/fixture';
import { network, promised, route } from '../world';

/** What is called so, what Azure has, what is on record, and what is found then. */
export type Case = [what: string, observed: Observed, records: Promised, findings: string[]];

/** `kind remedy`, with `!` where mending would interrupt. */
export const found = (observed: Observed, records: Promised): string[] =>
  diagnose(observed, records)
    .findings.map(
      ({ kind, remedy, repairNeedsInterruption: stops }) => `${kind} ${remedy}${stops ? '!' : ''}`,
    )
    .sort();

/** One host as promised, on the network of the fixture with other words in its definition. */
export const routed = (more: object): Promised =>
  promised({ network: { ...network, definition: { ...definition, ...more } } });

/** A route of somebody else to a firewall. */
export const toFirewall = (prefix: string): Observed['tables'][number]['routes'][number] =>
  route({ name: 'inspect', prefix, nextHop: '10.0.3.132' });
