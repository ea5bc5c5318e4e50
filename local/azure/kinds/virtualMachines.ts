import type { Cloud } from '../cloud';
import { computeError } from '../errors';
import { asObject, asString, at, isObject, mergePatch, without } from '../json';
import type { JsonObject } from '../json';
import { guid } from '../random';
import { tenantId } from '../subscriptions';
import type { ArmResource } from '../types';
import { instanceView } from './instanceView';
import type { Call, ExistingCall, Kind, Reply } from './kind';
import { filledDataDisks } from './dataDisks';
import { createInGroup, deleteMachine } from './machineDisks';
import { checkMachine, isWindowsImage, reserveInterfaces } from './machineChecks';
import { agentComesUp, assertFree, boot, machineActions, machineFor } from './machineLife';
import { following, locationOf, tagsOf } from './writing';

const type = 'Microsoft.Compute/virtualMachines';

export const virtualMachines: Kind = {
  type,
  service: 'compute',
  render: (_cloud, vm) => ({
    name: vm.name,
    id: vm.id,
    type,
    ...(vm.location === undefined ? {} : { location: vm.location }),
    ...(vm.tags === undefined ? {} : { tags: vm.tags }),
    ...(vm.identity === undefined ? {} : { identity: vm.identity }),
    ...(vm.zones === undefined ? {} : { zones: vm.zones }),
    properties: vm.properties,
    ...(vm.etag === undefined ? {} : { etag: vm.etag }),
  }),
  expand: (cloud, vm, what) =>
    what.toLowerCase() === 'instanceview'
      ? { ...vm, properties: { ...vm.properties, instanceView: instanceView(cloud, vm) } }
      : vm,
  put,
  patch,
  remove: deleteMachine,
  actions: machineActions,
  views: {
    instanceview: ({ cloud, existing }) => ({ status: 200, body: instanceView(cloud, existing) }),
  },
};

function nextEtag(vm: ArmResource | undefined): string {
  return `"${Number(vm?.etag?.replaceAll('"', '') ?? 0) + 1}"`;
}

function checkEtag({ request, existing }: Call): void {
  const match = request.headers['if-match'];
  if (match !== undefined && match !== '*' && match !== existing?.etag) {
    throw computeError(
      412,
      'PreconditionFailed',
      `Etag provided in if-match header "${match.replaceAll('"', '')}" does not match etag ${existing?.etag ?? '""'} of resource.`,
    );
  }
  if (request.headers['if-none-match'] === '*' && existing) {
    // Unverified: the text.
    throw computeError(412, 'PreconditionFailed', 'The resource already exists and if-none-match is *.');
  }
}

function put(call: Call): Reply {
  const { cloud, existing } = call;
  const location = locationOf(call);
  checkEtag(call);
  const sent = asObject(call.body.properties);
  if (existing) assertFree(existing, machineFor(cloud, existing.id));
  checkMachine(call, location, existing ? asObject(mergePatch(existing.properties, sent)) : sent);
  if (existing && existing.properties.provisioningState !== 'Failed') {
    return update(call, existing, asObject(mergePatch(existing.properties, sent)), tagsOf(call.body), false);
  }
  const vm = cloud.store.put({
    name: existing?.name ?? call.target.names[0] ?? '',
    id: existing?.id ?? call.id,
    type,
    location,
    ...tagsOf(call.body),
    ...identityOf(cloud, call.body),
    ...(Array.isArray(call.body.zones) ? { zones: call.body.zones.map(String) } : {}),
    properties: created(cloud, sent, call.target.names[0] ?? ''),
    etag: nextEtag(existing),
  });
  return create(call, vm, existing === undefined);
}

function create(call: Call, vm: ArmResource, isNew: boolean): Reply {
  const { cloud, request } = call;
  const machine = machineFor(cloud, vm.id);
  machine.power = 'starting';
  const seconds = cloud.latency('virtualMachineCreate');
  const failed = request.operationFault !== undefined;
  cloud.schedule(seconds * 0.15, () => {
    if (cloud.store.get(vm.id) === vm && !failed) createInGroup(cloud, vm);
  });
  machine.operation = cloud.operations.begin({
    service: 'compute',
    name: 'PutVM',
    location: vm.location ?? '',
    resourceId: vm.id,
    seconds,
    request,
    done: () => {
      vm.properties.provisioningState = 'Succeeded';
      vm.etag = nextEtag(vm);
      boot(cloud, vm, machine);
      agentComesUp(cloud, machine, cloud.latency('agentAfterBoot'));
    },
    failed: () => {
      vm.properties.provisioningState = 'Failed';
      machine.power = 'deallocated';
      reserveInterfaces(cloud, vm);
    },
  });
  return {
    status: isNew ? 201 : 200,
    headers: { ...following(cloud, machine.operation, { retryAfter: 10 }), ETag: vm.etag ?? '' },
    body: virtualMachines.render(cloud, vm),
  };
}

/** A change of an existing machine. A PUT gives no operation to follow: the resource itself says `Updating`. */
function update(
  call: Call,
  vm: ArmResource,
  properties: JsonObject,
  tags: { tags?: Record<string, string> },
  followable: boolean,
): Reply {
  const { cloud, request } = call;
  Object.assign(vm, tags, identityOf(cloud, call.body));
  const storageProfile = asObject(properties.storageProfile);
  vm.properties = {
    ...secretless(properties),
    storageProfile: { ...storageProfile, dataDisks: filledDataDisks(cloud, vm.name, storageProfile) },
    provisioningState: 'Updating',
  };
  vm.etag = nextEtag(vm);
  cloud.store.put(vm);
  const settle = (state: string): void => {
    vm.properties.provisioningState = state;
  };
  const operation = cloud.operations.begin({
    service: 'compute',
    name: 'UpdateVM',
    location: vm.location ?? '',
    resourceId: vm.id,
    seconds: cloud.latency('virtualMachineUpdate'),
    request,
    done: () => {
      createInGroup(cloud, vm);
      settle('Succeeded');
    },
    failed: () => settle('Failed'),
  });
  machineFor(cloud, vm.id).operation = operation;
  return {
    status: 200,
    headers: { ...(followable ? following(cloud, operation) : {}), ETag: vm.etag },
    body: virtualMachines.render(cloud, vm),
  };
}

function patch(call: ExistingCall): Reply {
  const { cloud, existing, body } = call;
  checkEtag(call);
  assertFree(existing, machineFor(cloud, existing.id));
  const properties = asObject(mergePatch(existing.properties, asObject(body.properties)));
  checkMachine(call, existing.location ?? '', properties);
  return update(call, existing, properties, tagsOf(body), true);
}

function identityOf(cloud: Cloud, body: JsonObject): { identity?: JsonObject } {
  const kind = asString(at(body.identity, 'type'));
  if (kind === undefined || kind === 'None') return {};
  return { identity: { type: kind, principalId: guid(cloud.identifiers), tenantId } };
}

/** Passwords are taken and never shown. */
function secretless(properties: JsonObject): JsonObject {
  if (!isObject(properties.osProfile)) return properties;
  return { ...properties, osProfile: without(properties.osProfile, 'adminPassword', 'customData') };
}

/** The properties of a new machine: as sent, with what Azure fills in. */
function created(cloud: Cloud, sent: JsonObject, name: string): JsonObject {
  const windows = isWindowsImage(sent);
  const osDisk = asObject(at(sent, 'storageProfile', 'osDisk'));
  const image = asObject(at(sent, 'storageProfile', 'imageReference'));
  const osProfile = asObject(sent.osProfile);
  const managedDisk = asObject(osDisk.managedDisk);
  return {
    ...without(secretless(sent), 'hardwareProfile', 'storageProfile', 'osProfile', 'networkProfile'),
    hardwareProfile: sent.hardwareProfile,
    provisioningState: 'Creating',
    vmId: guid(cloud.identifiers),
    storageProfile: {
      ...asObject(sent.storageProfile),
      imageReference: { ...image, exactVersion: windows ? '20348.4405.251105' : '24.04.202511050' },
      osDisk: {
        osType: windows ? 'Windows' : 'Linux',
        name: `${name}_OsDisk_1_${guid(cloud.identifiers).replaceAll('-', '')}`,
        caching: 'ReadWrite',
        deleteOption: 'Detach',
        diskSizeGB: windows ? 127 : 30,
        ...osDisk,
        managedDisk: { storageAccountType: 'Standard_LRS', ...managedDisk },
      },
      dataDisks: filledDataDisks(cloud, name, sent.storageProfile),
    },
    osProfile: {
      computerName: name,
      ...without(osProfile, 'adminPassword', 'customData'),
      ...(windows
        ? {
            windowsConfiguration: {
              provisionVMAgent: true,
              enableAutomaticUpdates: true,
              patchSettings: { patchMode: 'AutomaticByOS', assessmentMode: 'ImageDefault' },
              enableVMAgentPlatformUpdates: true,
              ...asObject(osProfile.windowsConfiguration),
            },
          }
        : {}),
      secrets: [],
      allowExtensionOperations: true,
      requireGuestProvisionSignal: true,
    },
    networkProfile: sent.networkProfile,
    timeCreated: new Date(cloud.now).toISOString(),
  };
}
