import { sameId } from '../azure/ids';
import { isAdopted, type HostLayout, type NicLayout } from '../azure/layout';
import { needingInterruption } from '../guest/interruption';
import type { Finding } from '../records/reconciliation';
import type { ObservedNic } from './facts';
import type { Scope } from './scope';

/** Ready hosts whose machine or NICs are no longer as promised. Nothing here is mended by interrupting guests. */
export function diagnoseHosts(scope: Scope): Finding[] {
  return scope.settled.flatMap((layout) => {
    const vm = scope.machineOf(layout.host);
    if (!vm || !isOwn(scope, layout, vm)) return [machineGone(scope, layout, vm !== undefined)];
    return [
      ...networkInterface(scope, layout, layout.nic1, false),
      ...networkInterface(scope, layout, layout.nic2, true),
      ...guest(scope, layout),
    ];
  });
}

/** Ready hosts whose machine is stopped or deallocated. That is the operator's wish, not drift. */
export function stoppedHosts(scope: Scope): string[] {
  return scope.settled
    .filter(({ host }) => scope.machineOf(host)?.power === 'stopped')
    .map(({ host }) => host);
}

/** Tagged as the host's, or the very one that was adopted as it. */
const isOwn = (scope: Scope, layout: HostLayout, found: Pick<ObservedNic, 'id' | 'tags' | 'uniqueId'>) =>
  (scope.ours(found.tags) && found.tags.host === layout.host) || isAdopted(layout, found);

function machineGone(scope: Scope, layout: HostLayout, another: boolean): Finding {
  return scope.finding({
    kind: 'virtualMachineGone',
    what: layout.virtualMachine.id,
    host: layout.host,
    prefix: layout.route.prefix,
    evidence: [another ? 'a VM of that name exists without our tags' : 'no such VM', 'the host is ready'],
    remedy: 'report',
    detail: `The VM of ${layout.host} is gone; its route leads nowhere. Tear the host down.`,
  });
}

function networkInterface(scope: Scope, layout: HostLayout, nic: NicLayout, forwarding: boolean): Finding[] {
  const found = scope.observed.networkInterfaces.find(({ id }) => sameId(id, nic.id));
  const common = { what: nic.id, host: layout.host } as const;
  if (!found || !isOwn(scope, layout, found)) {
    return [
      scope.finding({
        ...common,
        kind: 'networkInterfaceGone',
        evidence: [found ? 'it is not the one of this host' : 'no such network interface'],
        remedy: 'report',
        repairNeedsInterruption: true,
        detail: `${nic.name} is not there as promised. Attaching it again needs the VM deallocated.`,
      }),
    ];
  }
  if (found.address !== nic.address || !sameId(found.subnetId, nic.subnetId)) {
    return [
      scope.finding({
        ...common,
        kind: 'networkInterfaceChanged',
        evidence: [`has ${found.address} in ${found.subnetId}`, `promised ${nic.address} in ${nic.subnetId}`],
        remedy: 'report',
        repairNeedsInterruption: true,
        detail: `${nic.name} has the address ${found.address}, promised is ${nic.address}.`,
      }),
    ];
  }
  const lost = nic.publicIpId !== undefined && found.publicAddressId === undefined;
  const wrong = found.forwarding !== forwarding;
  return [
    ...(lost ? [publicAddressLost(scope, layout, nic)] : []),
    ...(wrong ? [forwardingOf(scope, layout, nic, forwarding)] : []),
  ];
}

/** An address is put back on a NIC in place, without interruption. One that somebody chose instead is an address, too. */
function publicAddressLost(scope: Scope, layout: HostLayout, nic: NicLayout): Finding {
  return scope.finding({
    kind: 'publicAddressLost',
    what: nic.id,
    host: layout.host,
    evidence: ['the network goes out by public addresses', `${nic.name} has none`],
    remedy: 'repair',
    detail: `${nic.name} has no public address any more: guests of ${layout.host} do not reach the internet.`,
  });
}

function forwardingOf(scope: Scope, layout: HostLayout, nic: NicLayout, forwarding: boolean): Finding {
  return scope.finding({
    what: nic.id,
    host: layout.host,
    kind: forwarding ? 'forwardingOff' : 'forwardingOn',
    evidence: [`enableIPForwarding is ${!forwarding}`],
    remedy: 'repair',
    detail: forwarding
      ? `IP forwarding is off at ${nic.name}: Azure drops what guests send and receive.`
      : `IP forwarding is on at ${nic.name}, where nothing is to be forwarded.`,
  });
}

/** Checks without which the host has no interface for the ghosted prefix. */
const interfaceChecks = ['switch', 'address'];

function guest(scope: Scope, layout: HostLayout): Finding[] {
  const report = scope.observed.guests[layout.host];
  if (!report || report.ok) return [];
  const evidence = [report.message ?? 'the verify phase failed'];
  const routed = scope.observed.tables.some((table) =>
    table.routes.some(
      ({ prefix, nextHop }) => prefix === layout.route.prefix && nextHop === layout.route.nextHop,
    ),
  );
  const loops = routed && report.failedChecks.some((name) => interfaceChecks.includes(name));
  const common = { what: layout.virtualMachine.id, host: layout.host, evidence } as const;
  const hard = { remedy: 'report', repairNeedsInterruption: true } as const;
  const gentle = report.failedChecks.length > 0 && needingInterruption(report.failedChecks).length === 0;
  return [
    scope.finding({
      ...common,
      ...(gentle ? { remedy: 'repair' } : hard),
      kind: 'guestDrift',
      detail: `Windows on ${layout.host} is not as planned.`,
    }),
    ...(loops
      ? [
          scope.finding({
            ...common,
            ...hard,
            kind: 'loopRisk',
            prefix: layout.route.prefix,
            detail: `A route sends ${layout.route.prefix} to ${layout.host}, which has no interface for it and sends it back.`,
          }),
        ]
      : []),
  ];
}
