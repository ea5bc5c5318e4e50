import type { Cloud, Machine, Run } from '../cloud';
import type { RunCommandOutcome } from '../guest';
import { key } from '../ids';
import { asArray, asString, at } from '../json';
import { shortestRunCommandSeconds } from '../latencies';
import type { Operation } from '../operations';
import type { ArmResource } from '../types';
import { pluggedDisks } from './dataDisks';
import { hasInternet, plugIn } from './machineNetwork';
import { scriptOf } from './runCommands';

const pickUpAgainSeconds = 5;
const defaultTimeoutSeconds = 90 * 60;
/** Output and error show their last 4 KB. */
const shownBytes = 4096;

interface Execution {
  cloud: Cloud;
  vm: ArmResource;
  machine: Machine;
  command: ArmResource;
  goal: string;
  operation: Operation;
}

/** Hands a run command to the agent; it starts as soon as the agent works. */
export function execute(execution: Execution): void {
  const { cloud, machine, command, goal, operation } = execution;
  const run: Run = {
    executionState: 'Pending',
    executionMessage: '',
    exitCode: 0,
    output: '',
    error: '',
    goal,
  };
  machine.runs.set(key(command.id), run);
  const pickUp = cloud.latency('runCommandPickUp');
  const wait = (seconds: number, waited: number): void =>
    cloud.schedule(seconds, () => {
      if (machine.runs.get(key(command.id)) !== run || run.executionState !== 'Pending')
        return operation.complete();
      if (machine.agent.state === 'ready' && machine.agent.frozenAt === undefined) {
        return start(execution, run, pickUp);
      }
      if (waited < defaultTimeoutSeconds) return wait(pickUpAgainSeconds, waited + pickUpAgainSeconds);
      run.executionState = 'TimedOut';
      cloud.operations.fail(operation, {
        status: 'Failed',
        code: 'VMExtensionProvisioningTimeout',
        message: `Provisioning of VM extension ${command.name} has timed out.`,
      });
    });
  wait(pickUp, pickUp);
}

function start(execution: Execution, run: Run, pickUp: number): void {
  const { cloud, machine, command, operation, vm } = execution;
  const asynchronous = command.properties.asyncExecution === true;
  if (asynchronous) operation.complete();
  if (operation.status === 'Failed' || operation.status === 'Canceled') {
    run.executionState = 'Failed';
    return;
  }
  run.executionState = 'Running';
  run.executionMessage = 'Execution in progress';
  run.startTime = cloud.now;
  const { boot } = machine;
  const begun = machine.guest;
  const fault = takeFault(cloud, command);
  const outcome = runIn(execution, fault);
  const seconds = Math.max(outcome.durationSeconds, shortestRunCommandSeconds - pickUp);
  const timeout = Number(command.properties.timeoutInSeconds) || defaultTimeoutSeconds;
  if (outcome.durationSeconds === Infinity) return;
  const inForce = (): boolean =>
    machine.runs.get(key(command.id)) === run && run.executionState === 'Running';
  cloud.schedule(Math.min(seconds, timeout), () => {
    // A script that was running when the machine went down is lost, and nobody tells.
    if (!inForce() || machine.boot !== boot || seconds > timeout) return;
    const final = machine.guest === begun ? outcome : runIn(execution, fault);
    if (final.state) machine.guest = final.state;
    finish(execution, run, final);
  });
  cloud.schedule(timeout, () => {
    if (!inForce()) return;
    run.executionState = 'TimedOut';
    run.executionMessage = `Execution timed out after ${timeout} seconds`;
    run.endTime = cloud.now;
    if (!asynchronous && cloud.store.get(vm.id)) operation.complete();
  });
}

function finish({ cloud, command, operation }: Execution, run: Run, outcome: Outcome): void {
  Object.assign(run, {
    executionState: outcome.executionState,
    executionMessage:
      outcome.executionState === 'Succeeded'
        ? 'Execution completed'
        : `Execution failed: exit code ${outcome.exitCode}`,
    exitCode: outcome.exitCode,
    output: outcome.output.slice(-shownBytes),
    error: outcome.error.slice(-shownBytes),
    endTime: cloud.now,
  });
  const failure = outcome.exitCode !== 0 || outcome.executionState !== 'Succeeded';
  if (failure && command.properties.treatFailureAsDeploymentFailure === true) {
    command.properties.provisioningState = 'Failed';
    cloud.operations.fail(operation, {
      status: 'Failed',
      code: 'VMExtensionProvisioningError',
      message: `VM has reported a failure when processing run command '${command.name}'.`,
    });
  } else {
    operation.complete();
  }
}

type Fault = Cloud['guestFaults'][number]['fault'];

/** The oldest fault that is meant for this script. */
function takeFault(cloud: Cloud, command: ArmResource): Fault | undefined {
  const phase = cloud.guest.knownPhase(scriptOf(command));
  const index = cloud.guestFaults.findIndex((entry) => entry.phase === undefined || entry.phase === phase);
  const [taken] = index < 0 ? [] : cloud.guestFaults.splice(index, 1);
  taken?.taken();
  return taken?.fault;
}

type Outcome = Omit<RunCommandOutcome, 'state'> & Partial<Pick<RunCommandOutcome, 'state'>>;

/** Runs the script on the guest as it is now. */
function runIn({ cloud, vm, machine, command }: Execution, fault: Fault | undefined): Outcome {
  const state = machine.guest;
  if (!state) return runOnLinux(cloud, vm, scriptOf(command));
  return cloud.guest.runScript({
    state,
    script: scriptOf(command),
    parameters: asArray(command.properties.parameters).map((parameter) => ({
      name: asString(at(parameter, 'name')) ?? '',
      value: asString(at(parameter, 'value')) ?? '',
    })),
    now: cloud.now,
    random: cloud.random,
    ...(fault ? { fault } : {}),
    internet: hasInternet(cloud, vm),
    disks: pluggedDisks(vm),
  });
}

function runOnLinux(cloud: Cloud, vm: ArmResource, script: string): Outcome {
  const { runLinux } = cloud.guest;
  if (!runLinux)
    return { durationSeconds: 0, exitCode: 0, output: '', error: '', executionState: 'Succeeded' };
  return runLinux({
    script,
    random: cloud.random,
    address: plugIn(cloud, vm).find(({ primary }) => primary)?.address ?? '',
    send: (from, to, packet) => {
      try {
        return cloud.send?.({ address: from }, { address: to }, packet);
      } catch (error) {
        if (error instanceof RangeError) return undefined;
        throw error;
      }
    },
  });
}
