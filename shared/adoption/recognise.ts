import { nameOf, parseId } from '../azure/ids';
import { tagNames } from '../azure/layout';
import { canNest } from '../network/sizes';
import type { NetworkDefinition } from '../records/types';
import { findGhosted, type Ghosted } from './ghosted';
import { findNics, type Nics } from './nics';
import { specOf } from './spec';
import type { Candidate, Hints, Reason, Recognition, RecognisedHost } from './types';

/**
 * Recognises a host that was built by hand: what its parts are called does not matter, only how they fit together. NIC 1
 * and NIC 2 are known by the subnets that they are in, the ghosted subnet by the route that sends its prefix to NIC 2.
 * Answers with the host, or with every reason why the VM cannot be taken over.
 */
export function recognise(definition: NetworkDefinition, hints: Hints, seen: Candidate): Recognition {
  const { vm } = seen;
  if (!vm) {
    return no([
      {
        code: 'VirtualMachineNotFound',
        detail: `There is no VM ${nameOf(hints.virtualMachineId)} in the resource group ${definition.hosts.resourceGroup}.`,
        remedy: 'Name it by its resource id or by its name in the resource group of hosts of the network.',
      },
    ]);
  }
  const nics = findNics(definition, seen.networkInterfaces);
  const ghosted = findGhosted(definition, hints, seen, nics.lan?.address);
  const reasons = [...machineReasons(definition, hints, seen), ...nics.reasons, ...ghosted.reasons];
  const host = reasons.length === 0 ? hostOf(definition, hints, seen, nics, ghosted) : undefined;
  return host ? { ok: true, host } : no(reasons);
}

const no = (reasons: Reason[]): Recognition => ({ ok: false, reasons });

function machineReasons(
  definition: NetworkDefinition,
  hints: Hints,
  { vm, running, adoptedAs, osDiskUniqueId }: Candidate,
): Reason[] {
  if (!vm) return [];
  const reasons: Reason[] = [];
  const unless = (holds: boolean, reason: Reason) => {
    if (!holds) reasons.push(reason);
  };
  const { subscriptionId, resourceGroup } = parseId(hints.virtualMachineId);
  const place = `${definition.subscriptionId}/${definition.hosts.resourceGroup}`;
  unless(
    `${subscriptionId}/${resourceGroup}`.toLowerCase() === place.toLowerCase() &&
      plain(vm.location) === plain(definition.location),
    {
      code: 'VirtualMachineElsewhere',
      detail: `The VM is in ${subscriptionId}, ${resourceGroup}, ${vm.location}; hosts of this network are in ${definition.subscriptionId}, ${definition.hosts.resourceGroup}, ${definition.location}.`,
      remedy: 'Adopt it on a network whose hosts are there.',
    },
  );
  unless(vm.provisioningState === 'Succeeded', {
    code: 'VirtualMachineNotSettled',
    detail: `The VM is in state ${vm.provisioningState}.`,
    remedy: 'Wait until what is done to it has ended, or repair it in Azure.',
  });
  unless(running, {
    code: 'VirtualMachineNotRunning',
    detail: 'The VM does not run, so nobody can look into it.',
    remedy: 'Start it.',
  });
  unless(adoptedAs === undefined, {
    code: 'ManagedAlready',
    detail: `The VM is the host ${adoptedAs} already.`,
    remedy: 'A VM is one host.',
  });
  const installation = vm.tags?.[tagNames.installation];
  unless(installation === undefined, {
    code: 'ManagedAlready',
    detail: `The VM carries the tags of the installation ${installation}, network ${vm.tags?.[tagNames.network]}, host ${vm.tags?.[tagNames.host]}.`,
    remedy: 'It was made by this program. If its records were lost, a reconciliation rebuilds them.',
  });
  unless(vm.storageProfile?.osDisk?.osType === 'Windows', {
    code: 'NotWindows',
    detail: 'The VM does not run Windows.',
    remedy: 'Only Hyper-V hosts can be adopted.',
  });
  unless(vm.storageProfile?.osDisk?.managedDisk?.id !== undefined && osDiskUniqueId !== undefined, {
    code: 'NoManagedDisk',
    detail: 'The VM has no managed OS disk that Azure shows.',
    remedy: 'Convert its disks to managed disks.',
  });
  const nesting = canNest(vm.hardwareProfile?.vmSize ?? '');
  if (!nesting.ok) {
    reasons.push({ code: 'SizeCannotNest', detail: nesting.reason, remedy: 'Resize the VM first.' });
  }
  return reasons;
}

/** Undefined only if a part is missing for which there is a reason already. */
function hostOf(
  definition: NetworkDefinition,
  { host }: Hints,
  { vm, osDiskUniqueId }: Candidate,
  { nat, lan, repairs, interruptions }: Nics,
  ghosted: Ghosted,
): RecognisedHost | undefined {
  const osDiskId = vm?.storageProfile?.osDisk?.managedDisk?.id;
  if (!vm?.id || !vm.vmId || !nat || osDiskId === undefined || osDiskUniqueId === undefined) return undefined;
  const dataDisks = vm.storageProfile?.dataDisks ?? [];
  return {
    adopted: {
      virtualMachine: { id: vm.id, uniqueId: vm.vmId },
      nic1: nat.resource,
      ...(lan ? { nic2: lan.resource } : {}),
      osDisk: { id: osDiskId, uniqueId: osDiskUniqueId },
      dataDisks: dataDisks.flatMap(({ managedDisk }) => (managedDisk?.id ? [managedDisk.id] : [])),
      ghostedSubnet: ghosted.name ?? `Ghosted-${host}`,
      routes: ghosted.routes,
    },
    spec: specOf(definition, vm, nat.nic),
    natAddress: nat.address,
    ...(lan ? { lanAddress: lan.address } : {}),
    ...(ghosted.prefix === undefined ? {} : { ghostedPrefix: ghosted.prefix }),
    repairs,
    interruptions,
  };
}

const plain = (location: string | undefined) => (location ?? '').replaceAll(' ', '').toLowerCase();
