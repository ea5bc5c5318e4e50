import type { VirtualMachine } from '@azure/arm-compute';
import type { NetworkInterface } from '@azure/arm-network';
import { securityTypeOf } from '../azure/resources/virtualMachine';
import type { HostSpec, NetworkDefinition } from '../records/types';

type Patching = NonNullable<HostSpec['patchMode']>;

/**
 * The specification by which the VM would have been ordered on this network: the network's defaults, and whatever the VM
 * shows otherwise. Azure's own defaults count as not asked for.
 */
export function specOf(
  definition: NetworkDefinition,
  vm: VirtualMachine,
  nic1: NetworkInterface | undefined,
): HostSpec {
  const { resourceGroup: _, dataDiskSizeGb: _size, ...defaults } = definition.hosts;
  const { imageReference, osDisk, dataDisks } = vm.storageProfile ?? {};
  const image = imageReference?.sku
    ? {
        publisher: imageReference.publisher ?? defaults.image.publisher,
        offer: imageReference.offer ?? defaults.image.offer,
        sku: imageReference.sku,
        version: imageReference.version ?? defaults.image.version,
      }
    : defaults.image;
  const dataDisk = dataDisks?.find(({ diskSizeGB }) => diskSizeGB !== undefined)?.diskSizeGB;
  const [zone] = vm.zones ?? [];
  return {
    ...defaults,
    size: vm.hardwareProfile?.vmSize ?? defaults.size,
    image,
    adminUsername: vm.osProfile?.adminUsername ?? defaults.adminUsername,
    osDiskSizeGb: osDisk?.diskSizeGB ?? defaults.osDiskSizeGb,
    ...differing('zone', defaults.zone, zone),
    ...differing(
      'acceleratedNetworking',
      defaults.acceleratedNetworking ?? false,
      nic1?.enableAcceleratedNetworking ?? false,
    ),
    ...differing('licenseType', defaults.licenseType ?? 'None', licenceOf(vm)),
    ...differing('patchMode', defaults.patchMode ?? 'AutomaticByOS', patchingOf(vm)),
    ...differing('securityType', defaults.securityType ?? 'Standard', securityOf(vm)),
    // What guests reach today they reach tomorrow.
    ...differing('metadataProtection', defaults.metadataProtection ?? 'full', 'none'),
    ...(dataDisk === undefined ? {} : { dataDiskSizeGb: dataDisk }),
  };
}

function differing<K extends keyof HostSpec>(
  key: K,
  usual: HostSpec[K],
  seen: HostSpec[K],
): Partial<Pick<HostSpec, K>> {
  const change: Partial<Pick<HostSpec, K>> = {};
  if (seen !== undefined && seen !== usual) change[key] = seen;
  return change;
}

const licenceOf = ({ licenseType }: VirtualMachine): HostSpec['licenseType'] =>
  licenseType === 'Windows_Server' ? 'Windows_Server' : 'None';

const patchings: readonly Patching[] = ['AutomaticByOS', 'AutomaticByPlatform', 'Manual'];

const patchingOf = (vm: VirtualMachine): Patching | undefined =>
  patchings.find((mode) => mode === vm.osProfile?.windowsConfiguration?.patchSettings?.patchMode);

const securityOf = (vm: VirtualMachine): HostSpec['securityType'] =>
  securityTypeOf(vm) === 'TrustedLaunch' ? 'TrustedLaunch' : 'Standard';
