import { createHash } from 'node:crypto';
import type { Cloud, Machine, Run } from '../cloud';
import { computeError } from '../errors';
import { key, parentId } from '../ids';
import { asObject, asString, isObject, mergePatch, without } from '../json';
import type { JsonObject } from '../json';
import type { ArmResource } from '../types';
import type { Call, ExistingCall, Kind, Reply } from './kind';
import { assertFree, machineFor } from './machineLife';
import { execute } from './runExecution';
import { following, locationOf, tagsOf } from './writing';

const type = 'Microsoft.Compute/virtualMachines/runCommands';
const perMachine = 25;

export const runCommands: Kind = {
  type,
  service: 'compute',
  render: (_cloud, command) => command,
  expand: (cloud, command, what) =>
    what.toLowerCase() === 'instanceview'
      ? { ...command, properties: { ...command.properties, instanceView: view(runOf(cloud, command.id)) } }
      : command,
  put: (call) => write(call, asObject(call.body.properties)),
  patch: (call) =>
    write(call, asObject(mergePatch(call.existing.properties, asObject(call.body.properties)))),
  remove,
};

function runOf(cloud: Cloud, commandId: string): Run | undefined {
  return cloud.machine(parentId(commandId))?.runs.get(key(commandId));
}

function view(run: Run | undefined): JsonObject {
  if (!run) return { executionState: 'Unknown', statuses: [] };
  const { executionState, executionMessage, exitCode, output, error, startTime, endTime } = run;
  const time = (at: number): string => new Date(at).toISOString();
  return {
    executionState,
    executionMessage,
    exitCode,
    output,
    error,
    ...(startTime === undefined ? {} : { startTime: time(startTime) }),
    ...(endTime === undefined ? {} : { endTime: time(endTime) }),
    statuses: [],
  };
}

/** Script and parameters decide whether the agent sees something new to do. */
function goalOf(properties: JsonObject): string {
  return createHash('sha256')
    .update(JSON.stringify([properties.source, properties.parameters, properties.protectedParameters]))
    .digest('hex');
}

function write(call: Call, sent: JsonObject): Reply {
  const { cloud, existing, request } = call;
  const location = locationOf(call);
  const vm = cloud.store.get(parentId(existing?.id ?? call.id));
  if (!vm) throw new Error(`The front door let a run command without machine pass: ${call.id}`);
  const machine = machineFor(cloud, vm.id);
  checkRunnable(cloud, vm, machine, existing);
  if (!isObject(sent.source)) {
    throw computeError(400, 'InvalidParameter', "Required parameter 'source' is missing (null).", 'source');
  }
  const goal = goalOf(sent);
  const before = runOf(cloud, existing?.id ?? call.id);
  const command = cloud.store.put({
    name: existing?.name ?? call.target.names[1] ?? '',
    id: existing?.id ?? call.id,
    type,
    location,
    ...tagsOf(call.body),
    properties: {
      timeoutInSeconds: 0,
      asyncExecution: false,
      treatFailureAsDeploymentFailure: false,
      ...without(sent, 'protectedParameters', 'runAsPassword', 'instanceView'),
      provisioningState: existing ? 'Updating' : 'Creating',
    },
  });
  // The same goal state again is nothing new to the agent (unverified): it does not run a second time.
  const again = before?.goal === goal && before.executionState !== 'Canceled';
  const operation = cloud.operations.begin({
    service: 'compute',
    name: 'PutRunCommand',
    location,
    resourceId: command.id,
    ...(again ? { seconds: 2 } : {}),
    request,
    done: () => {
      command.properties.provisioningState = 'Succeeded';
    },
    failed: () => {
      command.properties.provisioningState = 'Failed';
    },
  });
  if (!again) execute({ cloud, vm, machine, command, goal, operation });
  return { status: existing ? 200 : 201, headers: following(cloud, operation), body: command };
}

function checkRunnable(
  cloud: Cloud,
  vm: ArmResource,
  machine: Machine,
  existing: ArmResource | undefined,
): void {
  assertFree(vm, machine);
  if (machine.power !== 'running') {
    throw computeError(
      409,
      'OperationNotAllowed',
      'Cannot modify extensions in the VM when the VM is not running.',
    );
  }
  if (!existing && cloud.store.list(type, { parent: vm.id }).length >= perMachine) {
    // Unverified: code and text. The number is documented.
    throw computeError(
      409,
      'OperationNotAllowed',
      `The maximum number of run commands (${perMachine}) on VM '${vm.name}' has been reached. Delete run commands ` +
        'that are no longer needed.',
    );
  }
}

function remove({ cloud, existing: command, request }: ExistingCall): Reply {
  command.properties.provisioningState = 'Deleting';
  const run = runOf(cloud, command.id);
  if (run && (run.executionState === 'Running' || run.executionState === 'Pending'))
    run.executionState = 'Canceled';
  const operation = cloud.operations.begin({
    service: 'compute',
    name: 'DeleteRunCommand',
    location: command.location ?? '',
    resourceId: command.id,
    seconds: cloud.latency('runCommandDelete'),
    request,
    done: () => {
      cloud.store.remove(command.id);
      cloud.machine(parentId(command.id))?.runs.delete(key(command.id));
    },
    failed: () => {
      command.properties.provisioningState = 'Failed';
    },
  });
  return { status: 202, headers: following(cloud, operation, { location: true }) };
}

/** Text of the script of a run command; scripts by URI or by command id are not known to the guest. */
export function scriptOf(command: ArmResource): string {
  return asString(asObject(command.properties.source).script) ?? '';
}
