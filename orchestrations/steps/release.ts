import { failed } from '../../shared/azure/outcome';
import type { KeptResource } from '../activities/release';
import type { TeardownFacts } from '../activities/teardown';
import { asked, converge } from './converge';
import { agentPatience, machineFound } from './countGuests';
import { agentReady } from './ensured';
import { guestVerdict, type SettledVerdict } from './guest';
import { removeOne } from './remove';
import { failureOf, note, show, step, StepFailed, type Run, type Steps } from './run';
import { subnetRemoved, unrouted } from './unroute';

/** A teardown that leaves the VM, with NICs, disks and public address, to whoever wants it. */
export const releaseSteps = [
  'checkGuests',
  'removeRoute',
  'removeRouteTable',
  'deconfigureGuest',
  'deleteSubnet',
  'removeRunCommands',
  'removeTags',
  'releaseLedger',
] as const;

const keptResources: readonly KeptResource[] = [
  'virtualMachine',
  'nic1',
  'nic2',
  'publicIp',
  'osDisk',
  'dataDisk',
];

/**
 * The tags go last: they are what tells on a second attempt that all of it is the host's. Returns what could not be read.
 */
export function* releaseSequence(run: Run, { leases, force }: TeardownFacts): Steps<string[]> {
  const unread = yield* unrouted(run, leases);
  const answers = yield* step(run, 'deconfigureGuest', () => deconfigured(run, force));
  yield* subnetRemoved(run, leases);
  yield* step(run, 'removeRunCommands', () => runCommandsRemoved(run, answers));
  yield* step(run, 'removeTags', () => tagsRemoved(run));
  return unread;
}

const longestDetail = 600;

const tell = (run: Run, name: string, detail: string): void => {
  show(run, name, detail.slice(0, longestDetail));
};

/** What the phase reports of Windows when it has done all else: it belongs to whoever made it so. */
const othersOwn = new Set(['routerShared', 'switchType']);

/**
 * Takes away in Windows what was made there; what was not stays, and is named. With force a Windows that cannot be reached,
 * or refuses, is left as it is. True if the VM takes run commands.
 */
function* deconfigured(run: Run, force: boolean): Steps<boolean> {
  const name = 'deconfigureGuest';
  const { exists, foreign } = yield* machineFound(run);
  if (!exists || foreign) {
    const who = exists ? 'Another VM has the name by now; it is not touched.' : 'There is no VM.';
    tell(run, name, who);
    return false;
  }
  let verdict: SettledVerdict;
  try {
    yield* agentReady(run, agentPatience);
    verdict = yield* guestVerdict(run, 'deconfigure');
  } catch (error) {
    if (!force) throw error;
    tell(run, name, leftInWindows(failureOf(error).message));
    return false;
  }
  if (verdict.verdict === 'ok') {
    note(run, name, verdict.changed > 0 ? 'deleted' : 'unchanged');
    if (verdict.left)
      tell(run, name, `Not made by this app, and left in Windows: ${verdict.left.join(', ')}.`);
    return true;
  }
  if (othersOwn.has(verdict.code)) {
    note(run, name, 'deleted');
    tell(run, name, verdict.message);
    return true;
  }
  if (!force) throw new StepFailed(failed('fatal', verdict.code, verdict.message));
  tell(run, name, leftInWindows(verdict.message));
  return true;
}

const leftInWindows = (why: string): string =>
  `Left in Windows: switch, DHCP scope, RRAS with NAT and filters, routes, startup task. ${why}`;

/** Run commands are no part of what is given back, but no reason to fail either: those that stay are named. */
function* runCommandsRemoved(run: Run, answers: boolean): Steps<void> {
  const name = 'removeRunCommands';
  if (!answers) return;
  const stay: string[] = [];
  try {
    const { names } = yield* asked<{ names: string[] }>(run, name, () =>
      run.activities.listRunCommands({ operation: run.operation }),
    );
    for (const runCommand of names) {
      const kept = yield* removeOne(run, { runCommand }, 'teardown', name);
      if (kept !== undefined) stay.push(`${runCommand}: ${kept}`);
    }
  } catch (error) {
    stay.push(failureOf(error).message);
  }
  if (stay.length > 0) tell(run, name, `Run commands stay on the VM. ${stay.join(' ')}`);
}

function* tagsRemoved(run: Run): Steps<void> {
  for (const resource of keptResources) {
    const { change } = yield* converge(run, { name: `tags of ${resource}`, pace: 'quick' }, (resume) =>
      run.activities.removeTags({ operation: run.operation, resource, resume }),
    );
    note(run, 'removeTags', change);
  }
}
