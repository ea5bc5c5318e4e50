import type { Cloud, Machine } from '../cloud';
import { computeError } from '../errors';
import { key } from '../ids';
import type { Latency } from '../latencies';
import { asString, at } from '../json';
import type { Operation } from '../operations';
import type { WindowsState } from '../guest';
import type { ArmResource } from '../types';
import type { ExistingCall, Reply } from './kind';
import { plugIn } from './machineNetwork';
import { following, machineBusy } from './writing';

export function newMachine(cloud: Cloud, vmId: string): Machine {
  const machine: Machine = { power: 'starting', agent: { state: 'absent' }, boot: 0, runs: new Map() };
  cloud.machines.set(key(vmId), machine);
  return machine;
}

export function machineFor(cloud: Cloud, vmId: string): Machine {
  return cloud.machine(vmId) ?? newMachine(cloud, vmId);
}

export function isWindows(vm: ArmResource): boolean {
  return at(vm.properties, 'storageProfile', 'osDisk', 'osType') === 'Windows';
}

/**
 * The operating system comes up: first boot after creation, every later one a reboot of the same system.
 * @param deallocated it was, and comes up on other hardware
 * @param unasked Windows restarted by itself, which it does once
 */
export function boot(
  cloud: Cloud,
  vm: ArmResource,
  machine: Machine,
  deallocated = false,
  unasked = false,
): void {
  const nics = plugIn(cloud, vm);
  machine.power = 'running';
  machine.boot += 1;
  if (!isWindows(vm)) return;
  const before = machine.guest;
  if (!before) {
    const fresh = cloud.guest.createWindows({
      computerName: asString(at(vm.properties, 'osProfile', 'computerName')) ?? vm.name,
      imageSku: asString(at(vm.properties, 'storageProfile', 'imageReference', 'sku')) ?? '',
      nics,
      now: cloud.now,
      random: cloud.random,
    });
    machine.guest = withQuirks(cloud, vm, fresh);
    return;
  }
  machine.guest = cloud.guest.rebootWindows(before, cloud.now, nics, cloud.random, deallocated);
  if (unasked) return;
  const again = before.quirks?.restartsAgainAfterSeconds;
  if (again !== undefined && before.features['Hyper-V'] === 'InstallPending') {
    restartsItself(cloud, vm, machine, again);
  }
}

/** A new Windows, with what tests asked to be wrong with it. */
function withQuirks(cloud: Cloud, vm: ArmResource, state: WindowsState): WindowsState {
  for (const { path, quirks, taken } of cloud.guestQuirks) {
    if (!path.test(vm.id)) continue;
    state.quirks = { ...state.quirks, ...quirks };
    taken();
  }
  return state;
}

/** Windows restarts unasked; as after a restart through Azure, the last report of the agent stands meanwhile. */
function restartsItself(cloud: Cloud, vm: ArmResource, machine: Machine, seconds: number): void {
  const { boot: thisBoot } = machine;
  cloud.schedule(seconds, () => {
    if (machine.boot !== thisBoot || machine.power !== 'running') return;
    if (machine.agent.state === 'ready') machine.agent.frozenAt = cloud.now;
    machine.boot += 1;
    const down = machine.boot;
    cloud.schedule(cloud.latency('restart') * 0.3, () => {
      if (machine.boot !== down || machine.power !== 'running') return;
      boot(cloud, vm, machine, false, true);
      agentComesUp(cloud, machine, cloud.latency('agentAfterBoot'));
    });
  });
}

/** The agent reports after a while, unless the machine is down or booted again by then. */
export function agentComesUp(cloud: Cloud, machine: Machine, seconds: number): void {
  machine.agent = { state: 'notReady' };
  const { boot: thisBoot } = machine;
  cloud.schedule(seconds, () => {
    if (machine.boot === thisBoot && machine.power === 'running') {
      machine.agent = { state: 'ready', since: cloud.now };
    }
  });
}

/** Refuses whatever a machine that is being deleted, or is busy, does not let happen. */
export function assertFree(vm: ArmResource, machine: Machine): void {
  if (vm.properties.provisioningState === 'Deleting') {
    throw computeError(
      409,
      'OperationNotAllowed',
      `The operation is not allowed on VM '${vm.name}' since the VM is marked for deletion. You can only retry the ` +
        'Delete operation (or wait for an ongoing one to complete).',
    );
  }
  if (machine.operation?.status === 'InProgress') throw machineBusy();
}

interface Action {
  latency: Latency;
  /** Happens when the request is accepted. */
  begin(cloud: Cloud, vm: ArmResource, machine: Machine, seconds: number): void;
  /** Happens when the operation ends. */
  end(cloud: Cloud, vm: ArmResource, machine: Machine): void;
  /** The operation ends after this part of the drawn time; what follows goes on behind its back. */
  share?: number;
  /** Nothing to do in this state: the operation ends almost at once. */
  idle(machine: Machine): boolean;
}

const halt: Action['begin'] = (_cloud, _vm, machine) => {
  machine.agent = { state: 'absent' };
  machine.boot += 1;
};

const actionTable: Record<string, Action> = {
  deallocate: {
    latency: 'deallocate',
    idle: (machine) => machine.power === 'deallocated',
    begin: (cloud, vm, machine, seconds) => {
      machine.power = 'deallocating';
      halt(cloud, vm, machine, seconds);
    },
    end: (_cloud, _vm, machine) => {
      machine.power = 'deallocated';
    },
  },
  poweroff: {
    latency: 'powerOff',
    idle: (machine) => machine.power === 'stopped' || machine.power === 'deallocated',
    begin: (cloud, vm, machine, seconds) => {
      machine.power = 'stopping';
      halt(cloud, vm, machine, seconds);
    },
    end: (_cloud, _vm, machine) => {
      machine.power = 'stopped';
    },
  },
  start: {
    latency: 'start',
    idle: (machine) => machine.power === 'running',
    begin: (_cloud, _vm, machine) => {
      machine.wasDeallocated = machine.power === 'deallocated';
      machine.power = 'starting';
    },
    end: (cloud, vm, machine) => {
      boot(cloud, vm, machine, machine.wasDeallocated === true);
      agentComesUp(cloud, machine, cloud.latency('agentAfterBoot'));
    },
  },
  restart: {
    latency: 'restart',
    // The operation ends when the guest has been told; the last report of the agent still stands then.
    share: 0.4,
    idle: () => false,
    begin: (cloud, vm, machine, seconds) => {
      if (machine.agent.state === 'ready') machine.agent.frozenAt = cloud.now;
      // The system shuts down first: what runs in it ends here.
      cloud.schedule(seconds * 0.05, () => {
        machine.boot += 1;
      });
      cloud.schedule(seconds * 0.35, () => {
        if (machine.power !== 'running') return;
        boot(cloud, vm, machine);
        const thisBoot = machine.boot;
        const stale = machine.guest?.quirks?.agentStaleForSeconds ?? 0;
        cloud.schedule(seconds * 0.15 + stale, () => {
          if (machine.boot === thisBoot) agentComesUp(cloud, machine, seconds * 0.5);
        });
      });
    },
    end: () => undefined,
  },
};

/** POST actions of a virtual machine, by name in lower case. */
export const machineActions: Record<string, (call: ExistingCall) => Reply> = Object.fromEntries(
  Object.entries(actionTable).map(([name, action]) => [
    name,
    (call: ExistingCall) => act(call, name, action),
  ]),
);

function act({ cloud, existing: vm, request }: ExistingCall, name: string, action: Action): Reply {
  const machine = machineFor(cloud, vm.id);
  assertFree(vm, machine);
  if (name === 'restart' && machine.power !== 'running') {
    // Unverified: the text; that a machine must run to be restarted is certain.
    throw computeError(
      409,
      'OperationNotAllowed',
      `Cannot restart VM '${vm.name}' because it is not running.`,
    );
  }
  const idle = action.idle(machine);
  const drawn = cloud.latency(action.latency);
  const seconds = idle ? 1 : drawn * (action.share ?? 1);
  const before = machine.power;
  if (!idle && !request.operationFault) action.begin(cloud, vm, machine, drawn);
  vm.properties.provisioningState = 'Updating';
  const operation: Operation = cloud.operations.begin({
    service: 'compute',
    name,
    location: vm.location ?? '',
    resourceId: vm.id,
    seconds,
    request,
    done: () => {
      if (!idle) action.end(cloud, vm, machine);
      vm.properties.provisioningState = 'Succeeded';
    },
    failed: () => {
      machine.power = before;
      vm.properties.provisioningState = 'Failed';
    },
  });
  machine.operation = operation;
  return { status: 202, headers: following(cloud, operation, { location: true, retryAfter: 10 }) };
}
