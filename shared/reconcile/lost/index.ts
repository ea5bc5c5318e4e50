import { sameId } from '../../azure/ids';
import { hostLayout } from '../../azure/layout';
import type { Finding } from '../../records/reconciliation';
import type { HostRecord } from '../../records/types';
import { lower } from '../facts';
import { blocked, type Scope } from '../scope';
import { claimedBy, clashes, inRecords } from './clashes';
import { recordOf } from './machine';
import type { LostHost } from './types';

export type { LostHost } from './types';

/**
 * Hosts whose records can be rebuilt, or would have to be if the facts agreed. A promise comes back from the host's record,
 * or like the record itself from the tags of the VM: they name installation, network, host and prefix, and NICs, subnets and
 * routes have to say the same. A prefix or address that the ledger promises to somebody else is never taken from them.
 */
export function lostHosts(scope: Scope): LostHost[] {
  const found = [
    ...scope.promised.hosts.flatMap((record) => promiseOf(scope, record)),
    ...scope.observed.virtualMachines.flatMap((vm) => recordOf(scope, vm)),
  ];
  return found.map((one) => ({
    ...one,
    contradictions: [
      ...one.contradictions,
      ...clashes(
        one,
        scope.promised.ledger.filter(
          ({ host, network }) => network !== scope.promised.network.name || lower(host) !== one.host,
        ),
        'is promised to',
      ),
      ...clashes(one, inRecords(scope, one.host), 'is on record for'),
      ...clashes(one, claimedBy(found, one), 'is also claimed by'),
    ],
  }));
}

export function diagnoseLost(scope: Scope): Finding[] {
  return lostHosts(scope).map(({ host, what, addresses, missing, evidence, contradictions, blockers }) => {
    const lacking = missing.map((one) => (one === 'promise' ? 'its promise' : 'its record')).join(' and ');
    const common = {
      kind: 'recordsLost',
      what,
      host,
      ...(addresses ? { prefix: addresses.ghostedPrefix } : {}),
    } as const;
    if (contradictions.length > 0 || !addresses) {
      return scope.finding({
        ...common,
        evidence: contradictions,
        remedy: 'report',
        detail: `${host} exists in Azure, but ${lacking} is lost, and what is left does not agree: nothing is written.`,
      });
    }
    return scope.finding({
      ...common,
      evidence,
      remedy: 'repair',
      ...blocked(blockers),
      detail: `${host} exists in Azure with ${addresses.ghostedPrefix}, ${addresses.natAddress} and ${addresses.lanAddress}, but ${lacking} is lost.`,
    });
  });
}

/** The record knows the addresses; Azure has to show that something of the host is there still. */
function promiseOf(scope: Scope, record: HostRecord): LostHost[] {
  const { name: host, addresses, state } = record;
  if (!addresses || scope.entryOf(host) || scope.busy(host) !== undefined) return [];
  if (state !== 'ready' && state !== 'failed') return [];
  const { installation, network } = scope.promised;
  const identity = { installation, network: network.name, host, operation: 'reconcile' };
  const layout = hostLayout(identity, network.definition, record.spec, addresses, record.adopted);
  const { virtualMachines, networkInterfaces, subnets } = scope.observed;
  const there = [layout.virtualMachine, layout.nic1, layout.nic2, layout.ghostedSubnet].some(({ id }) =>
    [...virtualMachines, ...networkInterfaces, ...subnets].some((one) => sameId(one.id, id)),
  );
  if (!there) return [];
  return [
    {
      host: lower(host),
      what: layout.virtualMachine.id,
      addresses,
      missing: ['promise'],
      evidence: [`the record of the host says so`, 'no promise in the ledger'],
      contradictions: [],
      blockers: [],
      routed: state === 'ready',
    },
  ];
}
