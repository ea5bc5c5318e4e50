import type { StorageProfile, VirtualMachine, VirtualMachineInstanceView } from '@azure/arm-compute';
import type { HostSpec } from '../../records/types';
import type { AzureClients } from '../clients';
import type { Decision, ResourceSpec } from '../ensure';
import { parseId, sameId } from '../ids';
import { ownershipOf, tagNames, type HostLayout } from '../layout';
import { failed, type Failed } from '../outcome';
import { adminPassword } from '../password';
import { enforced, usesSecurityProtocol } from './metadataProtection';
import { read, send } from '../send';

export async function readVirtualMachine(
  clients: AzureClients,
  id: string,
): Promise<VirtualMachine | undefined> {
  const { subscriptionId, resourceGroup, names } = parseId(id);
  const client = await clients.compute(subscriptionId);
  return read((options) => client.virtualMachines.get(resourceGroup, names[0] ?? '', options));
}

export async function readInstanceView(
  clients: AzureClients,
  id: string,
): Promise<VirtualMachineInstanceView | undefined> {
  const { subscriptionId, resourceGroup, names } = parseId(id);
  const client = await clients.compute(subscriptionId);
  return read((options) => client.virtualMachines.instanceView(resourceGroup, names[0] ?? '', options));
}

/** Desired VM: both NICs from the start, because a running VM takes no second one; NICs and disks go with it. */
export function virtualMachineBody(layout: HostLayout): VirtualMachine {
  const { spec, nic1, nic2, osDisk } = layout;
  return {
    location: layout.location,
    tags: layout.tags,
    ...(spec.zone === undefined ? {} : { zones: [spec.zone] }),
    ...(spec.licenseType === undefined ? {} : { licenseType: spec.licenseType }),
    ...securityProfile(spec),
    hardwareProfile: { vmSize: spec.size },
    storageProfile: {
      imageReference: spec.image,
      osDisk: {
        name: osDisk.name,
        createOption: 'FromImage',
        deleteOption: 'Delete',
        diskSizeGB: spec.osDiskSizeGb,
        managedDisk: { storageAccountType: 'Premium_LRS' },
      },
      ...dataDisks(layout),
    },
    osProfile: {
      computerName: layout.host,
      adminUsername: spec.adminUsername,
      windowsConfiguration: {
        provisionVMAgent: true,
        enableAutomaticUpdates: spec.patchMode !== 'Manual',
        ...(spec.patchMode === undefined ? {} : { patchSettings: { patchMode: spec.patchMode } }),
      },
    },
    networkProfile: {
      networkInterfaces: [
        { id: nic1.id, primary: true, deleteOption: 'Delete' },
        { id: nic2.id, primary: false, deleteOption: 'Delete' },
      ],
    },
  };
}

/** Standard is what an absent type means to the API; saying it aloud would need a subscription feature. */
function securityProfile(spec: HostSpec): Pick<VirtualMachine, 'securityProfile'> {
  const securityProfile = {
    ...(spec.securityType === 'TrustedLaunch'
      ? {
          securityType: 'TrustedLaunch',
          uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
        }
      : {}),
    ...(usesSecurityProtocol(spec) ? { proxyAgentSettings: enforced } : {}),
  };
  return Object.keys(securityProfile).length > 0 ? { securityProfile } : {};
}

export const securityTypeOf = (vm: VirtualMachine): string => vm.securityProfile?.securityType ?? 'Standard';

/** Without host caching, as virtual disks of guests want it. */
function dataDisks({ dataDisk }: HostLayout): Pick<StorageProfile, 'dataDisks'> {
  if (!dataDisk) return {};
  return {
    dataDisks: [
      {
        lun: dataDisk.lun,
        name: dataDisk.name,
        createOption: 'Empty',
        deleteOption: 'Delete',
        diskSizeGB: dataDisk.sizeGb,
        caching: 'None',
        managedDisk: { storageAccountType: 'Premium_LRS' },
      },
    ],
  };
}

export function desiredVirtualMachine(
  layout: HostLayout,
  existing: VirtualMachine | undefined,
): Decision<VirtualMachine> {
  if (!existing) return { action: 'put', change: 'created', body: virtualMachineBody(layout) };
  const foreign = notOurs(layout, existing);
  if (foreign) return { action: 'refuse', failure: foreign };
  const wantedSecurity = layout.spec.securityType ?? 'Standard';
  if (securityTypeOf(existing) !== wantedSecurity) {
    return refuse(
      'VirtualMachineDiffers',
      `${layout.host} has security type ${securityTypeOf(existing)}, not ${wantedSecurity}. Only a new VM can have another one.`,
    );
  }
  switch (existing.provisioningState) {
    case 'Creating':
    case 'Updating':
      return { action: 'wait' };
    case 'Deleting':
      return refuse(
        'VirtualMachineDeleting',
        `The VM ${layout.host} is being deleted. Try again when it is gone.`,
      );
    case 'Failed':
      if (layout.adopted) {
        return refuse(
          'VirtualMachineFailed',
          `The VM ${layout.host} is in state Failed. Repair it in Azure.`,
        );
      }
      // An allocation failure leaves the VM behind; the same body again, less the password, makes Azure try again.
      return { action: 'put', change: 'created', body: virtualMachineBody(layout) };
    default:
      return { action: 'none' };
  }
}

/**
 * Both NICs attached and NIC 1 primary. A VM made by the app has that from the start; another one has to be deallocated
 * for it, so it is only changed where the operation has seen to that. NICs that somebody else attached stay.
 */
export function desiredAttachment(
  layout: HostLayout,
  existing: VirtualMachine | undefined,
  isDeallocated = false,
): Decision<VirtualMachine> {
  if (!existing) return refuse('VirtualMachineNotFound', `The VM ${layout.host} is gone.`);
  const foreign = notOurs(layout, existing);
  if (foreign) return { action: 'refuse', failure: foreign };
  const { nic1, nic2 } = layout;
  const present = existing.networkProfile?.networkInterfaces ?? [];
  const primary = present.find((nic) => nic.primary);
  const complete = present.some(({ id }) => sameId(id, nic2.id)) && sameId(primary?.id, nic1.id);
  if (complete) {
    return isDeallocated && existing.provisioningState === 'Updating'
      ? { action: 'wait' }
      : { action: 'none' };
  }
  if (!isDeallocated) {
    return refuse(
      'RepairNeedsInterruption',
      `${layout.host} lacks NIC 2, or NIC 1 is not primary. Mending that needs the VM deallocated.`,
    );
  }
  const found = (id: string) => present.find((nic) => sameId(nic.id, id));
  const others = present.filter(({ id }) => !sameId(id, nic1.id) && !sameId(id, nic2.id));
  const networkInterfaces = [
    { ...found(nic1.id), id: nic1.id, primary: true },
    { deleteOption: 'Delete' as const, ...found(nic2.id), id: nic2.id, primary: false },
    ...others.map((nic) => ({ ...nic, primary: false })),
  ];
  return {
    action: 'put',
    change: 'updated',
    body: { location: existing.location, networkProfile: { networkInterfaces } },
  };
}

/** The host's own VM, also where its tags have been taken off already: it holds both NICs then. */
export function isHostMachine(layout: HostLayout, vm: VirtualMachine): boolean {
  if (ownershipOf(layout, { ...vm, uniqueId: vm.vmId }) !== undefined) return true;
  const attached = vm.networkProfile?.networkInterfaces ?? [];
  return (
    vm.tags?.[tagNames.installation] === undefined &&
    [layout.nic1, layout.nic2].every((nic) => attached.some(({ id }) => sameId(id, nic.id)))
  );
}

function notOurs(layout: HostLayout, existing: VirtualMachine): Failed | undefined {
  return ownershipOf(layout, { ...existing, uniqueId: existing.vmId })
    ? undefined
    : failed(
        'fatal',
        'ForeignVirtualMachine',
        `A VM named ${layout.host} exists that this app did not make. Choose another host name.`,
      );
}

const refuse = (code: string, message: string): Decision<never> => ({
  action: 'refuse',
  failure: failed('fatal', code, message),
});

function spec(
  layout: HostLayout,
  desired: (existing: VirtualMachine | undefined) => Decision<VirtualMachine>,
): ResourceSpec<VirtualMachine> {
  const { subscriptionId, resourceGroup } = parseId(layout.virtualMachine.id);
  return {
    id: layout.virtualMachine.id,
    read: (clients) => readVirtualMachine(clients, layout.virtualMachine.id),
    desired,
    async write(clients, body, existing) {
      const client = await clients.compute(subscriptionId);
      // Azure takes a password only at the creation: a later one would be a change that it refuses.
      const complete = existing
        ? body
        : { ...body, osProfile: { ...body.osProfile, adminPassword: await adminPassword(clients, layout) } };
      return send((options) =>
        client.virtualMachines.createOrUpdate(resourceGroup, layout.virtualMachine.name, complete, options),
      );
    },
  };
}

export const virtualMachineSpec = (layout: HostLayout) =>
  spec(layout, (existing) => desiredVirtualMachine(layout, existing));

/** Takes the data disks off, so that they outlive the VM. Disks of guests that still run are torn from them. */
export function detachedDisksSpec(layout: HostLayout): ResourceSpec<VirtualMachine> {
  const { subscriptionId, resourceGroup } = parseId(layout.virtualMachine.id);
  return {
    id: layout.virtualMachine.id,
    read: (clients) => readVirtualMachine(clients, layout.virtualMachine.id),
    desired: (existing) => desiredDetachment(layout, existing),
    async write(clients, body) {
      const client = await clients.compute(subscriptionId);
      const update = { storageProfile: { dataDisks: body.storageProfile?.dataDisks ?? [] } };
      return send((options) =>
        client.virtualMachines.update(resourceGroup, layout.virtualMachine.name, update, options),
      );
    },
  };
}

export function desiredDetachment(
  layout: HostLayout,
  existing: VirtualMachine | undefined,
): Decision<VirtualMachine> {
  if (!existing) return { action: 'none' };
  const foreign = notOurs(layout, existing);
  if (foreign) return { action: 'refuse', failure: foreign };
  if (existing.provisioningState === 'Deleting') {
    return refuse('VirtualMachineDeleting', `The VM ${layout.host} is being deleted, and its disks with it.`);
  }
  if (existing.storageProfile?.dataDisks?.length) {
    const storageProfile = { ...existing.storageProfile, dataDisks: [] };
    return { action: 'put', change: 'updated', body: { ...existing, storageProfile } };
  }
  return existing.provisioningState === 'Updating' ? { action: 'wait' } : { action: 'none' };
}

export const attachmentSpec = (layout: HostLayout) =>
  spec(layout, (existing) => desiredAttachment(layout, existing));

/** Of a VM that the operation has deallocated. */
export function attachingSpec(layout: HostLayout): ResourceSpec<VirtualMachine> {
  const { id, name } = layout.virtualMachine;
  const { subscriptionId, resourceGroup } = parseId(id);
  return {
    id,
    read: (clients) => readVirtualMachine(clients, id),
    desired: (existing) => desiredAttachment(layout, existing, true),
    async write(clients, { networkProfile = {} }) {
      const client = await clients.compute(subscriptionId);
      return send((options) =>
        client.virtualMachines.update(resourceGroup, name, { networkProfile }, options),
      );
    },
  };
}
