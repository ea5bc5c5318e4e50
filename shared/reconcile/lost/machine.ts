import { sameId } from '../../azure/ids';
import { hostLayout, type HostLayout } from '../../azure/layout';
import { overlaps, type Prefix } from '../../network/ipv4';
import type { HostAddresses } from '../../records/types';
import { lower, type ObservedNic, type ObservedVm } from '../facts';
import { isPlaceholder, type Scope } from '../scope';
import { prefixOf } from './clashes';
import type { LostHost } from './types';

/** A machine with our tags of which no record is left. Whether the ledger still has its promise is told by `missing`. */
export function recordOf(scope: Scope, vm: ObservedVm): LostHost[] {
  const { tags } = vm;
  const host = lower(tags.host ?? '');
  const record = scope.host(host);
  if (!scope.ours(tags) || host === '' || scope.busy(host) !== undefined) return [];
  if (record && !isPlaceholder(scope, record)) return [];
  const entry = scope.entryOf(host);
  // What is being released is on its way out: its leftovers are judged by the ledger.
  if (entry?.state === 'releasing') return [];
  const prefix = prefixOf(tags.prefix);
  const layout = layoutOf(scope, host, tags.prefix ?? '');
  const nic1 = nicOf(scope, layout.nic1.id);
  const nic2 = nicOf(scope, layout.nic2.id);
  const addresses =
    prefix && tags.prefix !== undefined && nic1?.address !== undefined && nic2?.address !== undefined
      ? { ghostedPrefix: tags.prefix, natAddress: nic1.address, lanAddress: nic2.address }
      : undefined;
  const routed = scope.observed.tables.some(({ routes }) => routes.some((route) => isRouteOf(layout, route)));
  const [place] = scope.left;
  const contradictions = [
    ...(lower(vm.name) === host ? [] : [`the VM is called ${vm.name}, its tags name ${host}`]),
    ...(prefix ? [] : [`the tag for the prefix is '${tags.prefix ?? ''}'`]),
    ...(prefix && !scope.inPools(tags.prefix ?? '') ? [`${tags.prefix} lies in none of the pools`] : []),
    ...nicContradictions(vm, layout.nic1, nic1),
    ...nicContradictions(vm, layout.nic2, nic2),
    ...(prefix ? subnetContradictions(scope, layout, prefix) : []),
    ...routeContradictions(scope, layout),
    ...(entry && addresses ? differing(entry, addresses) : []),
  ];
  return [
    {
      host,
      what: vm.id,
      ...(addresses ? { addresses } : {}),
      missing: entry ? ['record'] : ['promise', 'record'],
      evidence: [
        'tags of VM and NICs name installation, network, host and prefix',
        ...(entry ? ['the ledger promises the same'] : ['no promise in the ledger']),
        'no record of the host',
      ],
      contradictions,
      blockers: [
        ...(vm.settled ? [] : ['Its VM is being changed.']),
        // Whether it was ready is told by its route.
        ...(routed || place === undefined
          ? []
          : [`Its route may be in ${place}, which the app may not read.`]),
      ],
      routed,
    },
  ];
}

function layoutOf({ promised }: Scope, host: string, ghostedPrefix: string): HostLayout {
  const { installation, network } = promised;
  const identity = { installation, network: network.name, host, operation: 'reconcile' };
  const unknown = { ghostedPrefix, natAddress: '', lanAddress: '' };
  return hostLayout(identity, network.definition, network.definition.hosts, unknown);
}

const nicOf = ({ observed }: Scope, id: string): ObservedNic | undefined =>
  observed.networkInterfaces.find((nic) => sameId(nic.id, id));

function nicContradictions(
  vm: ObservedVm,
  { name, subnetId }: HostLayout['nic1'],
  nic: ObservedNic | undefined,
): string[] {
  if (!nic) return [`there is no network interface ${name}`];
  const keys = ['installation', 'network', 'host', 'prefix'] as const;
  return [
    ...(keys.every((key) => nic.tags[key] === vm.tags[key]) ? [] : [`${name} has other tags than the VM`]),
    ...(sameId(nic.virtualMachineId, vm.id) ? [] : [`${name} is not attached to the VM`]),
    ...(sameId(nic.subnetId, subnetId) ? [] : [`${name} is in ${nic.subnetId ?? 'no subnet'}`]),
    ...(nic.address === undefined ? [`${name} has no address`] : []),
  ];
}

/** The subnet of that name has that prefix; no other one has part of it. A subnet that is gone is mended later. */
function subnetContradictions({ observed }: Scope, { ghostedSubnet }: HostLayout, prefix: Prefix): string[] {
  return observed.subnets
    .filter(({ id }) => sameId(id.slice(0, id.lastIndexOf('/')), parentOf(ghostedSubnet.id)))
    .flatMap(({ id, name, prefixes }) => {
      if (sameId(id, ghostedSubnet.id)) {
        const same = prefixes.length > 0 && prefixes.every((one) => one === ghostedSubnet.prefix);
        return same ? [] : [`${name} has ${prefixes.join(', ')}, the tags say ${ghostedSubnet.prefix}`];
      }
      const taken = prefixes.some((one) => {
        const range = prefixOf(one);
        return range !== undefined && overlaps(range, prefix);
      });
      return taken ? [`the subnet ${name} lies in ${ghostedSubnet.prefix}`] : [];
    });
}

const parentOf = (id: string) => id.slice(0, id.lastIndexOf('/'));

const isRouteOf = ({ route }: HostLayout, { name, prefix }: { name: string; prefix: string }): boolean =>
  lower(name) === lower(route.name) && prefix === route.prefix;

/** A route by the host's name for another range. Where it leads to may have drifted; that is mended later. */
function routeContradictions({ observed }: Scope, layout: HostLayout): string[] {
  return observed.tables.flatMap((table) =>
    table.routes
      .filter((one) => lower(one.name) === lower(layout.route.name) && !isRouteOf(layout, one))
      .map(({ name, prefix }) => `${name} in ${table.name} is for ${prefix}`),
  );
}

function differing(promise: HostAddresses, seen: HostAddresses): string[] {
  const keys = ['ghostedPrefix', 'natAddress', 'lanAddress'] as const;
  return keys
    .filter((key) => promise[key] !== seen[key])
    .map((key) => `the ledger promises ${promise[key]}, the host has ${seen[key]}`);
}
