import type { Cloud } from '../cloud';
import { computeError, invalidReference } from '../errors';
import { key, parentId, sameId, subscriptionOf } from '../ids';
import { asString, at } from '../json';
import type { JsonObject } from '../json';
import { nicReservationSeconds } from '../latencies';
import type { ArmResource } from '../types';
import { checkDataDisks } from './dataDisks';
import { assertNotReserved } from './networkInterfaces';
import { sizeNamed, sizes } from './skus';
import type { Size } from './skus';
import { checkOffer, checkQuota } from './usages';
import { ipConfigurations, machineOf, nicReferences } from './writing';
import type { Call } from './kind';

const nicType = 'Microsoft.Network/networkInterfaces';

/** Throws what Azure answers to a virtual machine that cannot be made or changed as asked. */
export function checkMachine(call: Call, location: string, properties: JsonObject): void {
  const { cloud, existing } = call;
  const place = { subscription: subscriptionOf(call.id), location };
  const size = checkSize(properties);
  if (existing) checkUnchangeable(existing, properties);
  else checkProfile(call, properties);
  const wanted = { ...(existing ?? { id: call.id, name: call.target.names[0] ?? '', type: '' }), properties };
  checkInterfaces(cloud, wanted, location, size, existing);
  checkDataDisks(cloud, { ...wanted, zones: checkedZones(call) }, properties, size);
  const before = existing && sizeNamed(asString(at(existing.properties, 'hardwareProfile', 'vmSize')) ?? '');
  if (before?.name === size.name) return;
  try {
    checkOffer(cloud, place, size);
    checkQuota(cloud, place, size, before);
  } catch (error) {
    // Azure takes the interfaces first and finds out later that it cannot place the machine.
    if (!existing) reserveInterfaces(cloud, wanted);
    throw error;
  }
}

/** The zones of a machine: chosen at its creation, for good. */
function checkedZones({ existing, body, target }: Call): string[] {
  const asked = Array.isArray(body.zones) ? body.zones.map(String) : undefined;
  if (existing) {
    const own = existing.zones ?? [];
    if (asked === undefined || asked.join() === own.join()) return own;
    throw computeError(409, 'PropertyChangeNotAllowed', "Changing property 'zones' is not allowed.", 'zones');
  }
  if (asked?.some((zone) => !['1', '2', '3'].includes(zone)) === true) {
    // Unverified: the code.
    throw computeError(
      400,
      'InvalidAvailabilityZone',
      `The zone(s) '${asked.join(',')}' for resource '${target.names[0]}' is not supported.`,
    );
  }
  return asked ?? [];
}

/** A failed create keeps its interfaces for itself for a while. */
export function reserveInterfaces(cloud: Cloud, vm: ArmResource): void {
  for (const { id } of nicReferences(vm)) {
    cloud.nic(id).reserved = { vm: vm.id, until: cloud.now + nicReservationSeconds * 1000 };
  }
}

function checkSize(properties: JsonObject): Size {
  const name = asString(at(properties, 'hardwareProfile', 'vmSize')) ?? '';
  const size = sizeNamed(name);
  if (size) return size;
  throw computeError(
    400,
    'InvalidParameter',
    `The value ${name} provided for the VM size is not valid. The valid sizes in the current region are: ` +
      `${sizes.map((known) => known.name).join(',')}. Find out more on the valid VM sizes in each region at ` +
      'https://aka.ms/azure-regionservices.',
    'vmSize',
  );
}

function checkProfile(call: Call, properties: JsonObject): void {
  const invalid = (target: string, message: string): Error =>
    computeError(400, 'InvalidParameter', message, target);
  if (at(properties, 'storageProfile', 'osDisk', 'createOption') === 'Attach') return;
  const missing = (name: string): Error => invalid(name, `Required parameter '${name}' is missing (null).`);
  if (at(properties, 'storageProfile', 'imageReference') === undefined) throw missing('imageReference');
  if (asString(at(properties, 'osProfile', 'adminUsername')) === undefined)
    throw missing('osProfile.adminUsername');
  const windows = isWindowsImage(properties);
  const linuxKey = at(properties, 'osProfile', 'linuxConfiguration', 'ssh') !== undefined;
  if (asString(at(properties, 'osProfile', 'adminPassword')) === undefined && (windows || !linuxKey)) {
    throw invalid('adminPassword', "Required parameter 'adminPassword' is missing (null).");
  }
  const computerName = asString(at(properties, 'osProfile', 'computerName')) ?? call.target.names[0] ?? '';
  if (
    windows &&
    (computerName.length > 15 || /^\d+$/.test(computerName) || !/^[A-Za-z0-9-]+$/.test(computerName))
  ) {
    throw invalid(
      'computerName',
      'Windows computer name cannot be more than 15 characters long, be entirely numeric, or contain the following ' +
        'characters: ` ~ ! @ # $ % ^ & * ( ) = + _ [ ] { } \\ | ; : . \' " , < > / ?.',
    );
  }
}

export function isWindowsImage(properties: JsonObject): boolean {
  return (
    at(properties, 'storageProfile', 'osDisk', 'osType') === 'Windows' ||
    at(properties, 'osProfile', 'windowsConfiguration') !== undefined ||
    (asString(at(properties, 'storageProfile', 'imageReference', 'publisher')) ?? '').startsWith(
      'MicrosoftWindows',
    )
  );
}

function checkUnchangeable(existing: ArmResource, properties: JsonObject): void {
  const paths = [
    ['osProfile', 'computerName'],
    ['osProfile', 'adminUsername'],
    ['storageProfile', 'osDisk', 'name'],
    ['storageProfile', 'imageReference', 'sku'],
  ];
  for (const path of paths) {
    const asked = at(properties, ...path);
    if (asked === undefined || asked === at(existing.properties, ...path)) continue;
    const target = path.join('.');
    throw computeError(
      409,
      'PropertyChangeNotAllowed',
      `Changing property '${target}' is not allowed.`,
      target,
    );
  }
}

function checkInterfaces(
  cloud: Cloud,
  vm: ArmResource,
  location: string,
  size: Size,
  existing: ArmResource | undefined,
): void {
  const references = nicReferences(vm);
  if (references.length === 0) {
    throw computeError(
      400,
      'InvalidParameter',
      "Required parameter 'networkProfile' is missing (null).",
      'networkProfile',
    );
  }
  if (references.length > size.nics) {
    throw computeError(
      400,
      'NetworkInterfaceCountExceeded',
      `The number of network interfaces for virtual machine ${vm.name} exceeds the maximum allowed for the virtual ` +
        `machine size ${size.name}. The number of network interfaces is ${references.length} and the maximum allowed ` +
        `is ${size.nics}.`,
    );
  }
  if (references.filter(({ primary }) => primary).length !== 1) {
    throw computeError(
      400,
      'VirtualMachineMustHaveOneNetworkInterfaceAsPrimary',
      `Virtual machine ${vm.name} must have one network interface set as the primary.`,
    );
  }
  const networks = new Set<string>();
  for (const { id } of references) {
    const nic = cloud.store.ofType(id, nicType);
    if (nic?.location !== location || !sameId(subscriptionOf(id), subscriptionOf(vm.id)))
      throw invalidReference(id, vm.id);
    assertNotReserved(cloud, id, vm.id);
    const owner = machineOf(cloud, id);
    if (owner && !sameId(owner.id, vm.id)) {
      // Unverified: the code for attaching an interface of another machine.
      throw computeError(
        400,
        'NicInUse',
        `Network Interface ${id} is used by existing resource ${owner.id}.`,
      );
    }
    const subnet = asString(at(ipConfigurations(nic)[0]?.properties, 'subnet', 'id')) ?? '';
    networks.add(key(parentId(subnet)));
  }
  if (networks.size > 1) {
    throw computeError(
      400,
      'SubnetsNotInSameVnet',
      `The subnets of the network interfaces of virtual machine ${vm.name} are not in the same Virtual Network.`,
    );
  }
  if (existing) checkAttachment(cloud, existing, references.length);
}

/** Between one and several interfaces a machine must be deallocated. */
function checkAttachment(cloud: Cloud, existing: ArmResource, wanted: number): void {
  const count = nicReferences(existing).length;
  const power = cloud.machine(existing.id)?.power;
  if ((count === 1) === (wanted === 1) || power === 'deallocated') return;
  throw computeError(
    400,
    'AddingOrDeletingNetworkInterfacesOnARunningVirtualMachineNotSupported',
    `Adding or deleting network interfaces on running virtual machine ${existing.name} is not supported. A virtual ` +
      'machine with a single network interface must be stop-deallocated before it can be updated to have multiple ' +
      'network interfaces and vice-versa.',
  );
}
