import type { Cloud, Machine } from '../cloud';
import { buildOf } from '../guest';
import { asString, at } from '../json';
import type { JsonObject } from '../json';
import type { ArmResource, PowerState } from '../types';
import { isWindows, machineFor } from './machineLife';

const heartbeatMilliseconds = 30_000;

const powerNames: Record<PowerState, string> = {
  starting: 'VM starting',
  running: 'VM running',
  stopping: 'VM stopping',
  stopped: 'VM stopped',
  deallocating: 'VM deallocating',
  deallocated: 'VM deallocated',
};

/** Run-time state of a virtual machine, as its instance view shows it. */
export function instanceView(cloud: Cloud, vm: ArmResource): JsonObject {
  const machine = machineFor(cloud, vm.id);
  const agent = agentView(cloud, machine);
  const running = machine.power === 'running';
  return {
    ...(running && machine.agent.state === 'ready' ? { ...system(vm, machine), hyperVGeneration: 'V2' } : {}),
    ...(agent ? { vmAgent: agent } : {}),
    disks: [
      {
        name: asString(at(vm.properties, 'storageProfile', 'osDisk', 'name')),
        statuses: [status('ProvisioningState/succeeded', 'Provisioning succeeded', cloud.now)],
      },
    ],
    statuses: [
      provisioning(cloud, vm),
      {
        code: `PowerState/${machine.power}`,
        level: 'Info',
        displayStatus: powerNames[machine.power],
      },
    ],
  };
}

function system(vm: ArmResource, machine: Machine): JsonObject {
  const computerName = asString(at(vm.properties, 'osProfile', 'computerName')) ?? vm.name;
  if (!isWindows(vm)) return { computerName, osName: 'ubuntu', osVersion: '24.04' };
  const build = machine.guest ? buildOf(machine.guest) : 20348;
  return { computerName, osName: machine.guest?.os ?? 'Windows Server', osVersion: `10.0.${build}.4405` };
}

function provisioning(cloud: Cloud, vm: ArmResource): JsonObject {
  const state = asString(vm.properties.provisioningState) ?? '';
  const text: Record<string, string> = {
    Succeeded: 'Provisioning succeeded',
    Failed: 'Provisioning failed',
    Creating: 'Creating',
    Updating: 'Updating',
    Deleting: 'Deleting',
  };
  return {
    ...status(`ProvisioningState/${state.toLowerCase()}`, text[state] ?? state, cloud.now),
    level: state === 'Failed' ? 'Error' : 'Info',
  };
}

/** The time of a working agent moves on with its heartbeats; after it has gone, the last one stands for a while. */
function agentView(cloud: Cloud, machine: Machine): JsonObject | undefined {
  const { agent } = machine;
  if (agent.state === 'absent') return undefined;
  if (agent.state === 'notReady') {
    return {
      vmAgentVersion: 'Unknown',
      statuses: [
        {
          code: 'ProvisioningState/Unavailable',
          level: 'Warning',
          displayStatus: 'Not Ready',
          message: 'VM status blob is found but not yet populated.',
          time: new Date(cloud.now).toISOString(),
        },
      ],
    };
  }
  const until = agent.frozenAt ?? cloud.now;
  const beats = Math.floor((until - agent.since) / heartbeatMilliseconds);
  return {
    vmAgentVersion: '2.7.41491.1172',
    statuses: [
      {
        ...status('ProvisioningState/succeeded', 'Ready', agent.since + beats * heartbeatMilliseconds),
        message: 'GuestAgent is running and processing the extensions.',
      },
    ],
    extensionHandlers: [],
  };
}

function status(code: string, displayStatus: string, time: number): JsonObject {
  return { code, level: 'Info', displayStatus, time: new Date(time).toISOString() };
}
