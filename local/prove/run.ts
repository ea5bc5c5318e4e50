import { join } from 'node:path';
import { AppSystem } from '../launch/appSystem';
import { collectorSettings, startCollector } from '../launch/collector';
import { unlessEnded } from '../launch/interrupts';
import { Arm } from './arm';
import { announcement, estimate } from './estimate';
import type { Evidence } from './evidence';
import { createGroup, deleteCommand, deleteGroup, groupName, type Cleaned } from './group';
import { startRecorder, type Recorder } from './recorder';
import { writeReport } from './report';
import { statements } from './statements';
import { tell } from './story';
import type { Target } from './target';
import { judgeAll, type Judged } from './verdict';

export interface RunOptions {
  runId: string;
  location: string;
  size?: string;
  probeSize?: string;
  guestImage: string;
  image?: { publisher: string; offer: string; sku: string; version: string };
  /** The group stays, for somebody to look at. */
  keep: boolean;
  maskSubscription: boolean;
  /** Folder of the report. */
  output: string;
  /** Folder for data and logs of the app. */
  data: string;
  say: (...lines: string[]) => void;
  /** Asked before anything is made. */
  confirm: () => Promise<boolean>;
}

export interface RunResult {
  judged: Judged[];
  /** Where the app was wrong about its own network. */
  differences: string[];
  /** What went wrong on the way and did not end the run. */
  troubles: string[];
  failure?: string;
  cleaned: Cleaned | { state: 'kept' } | { state: 'nothing' };
}

/** One run from the estimate to the report. The group goes whichever way it ends; throws only before there is one. */
export async function prove(target: Target, options: RunOptions, signal: AbortSignal): Promise<RunResult> {
  const startedAt = new Date().toISOString();
  const recorder = await startRecorder(target, join(options.data, 'recorder'));
  try {
    const arm = new Arm(target, link(recorder), signal);
    const { location, say } = options;
    const chosen = await estimate(target, arm, location, options);
    say(...announcement(chosen, groupName(options.runId), target.subscriptionId, location), '');
    if (!(await options.confirm()))
      return { judged: [], differences: [], troubles: [], cleaned: { state: 'nothing' } };
    const evidence: Evidence = {
      exchanges: recorder.exchanges,
      size: chosen.size,
      rounds: [],
      differences: [],
      troubles: [],
      restarts: [],
      facts: [],
    };
    const cleaned = await perform(target, options, chosen.probeSize, evidence, recorder, signal);
    const judged = judgeAll(statements, evidence);
    writeReport(
      options.output,
      {
        runId: options.runId,
        azure: target.kind,
        location,
        group: groupName(options.runId),
        startedAt,
        finishedAt: new Date().toISOString(),
        groupState: cleaned.state,
        ...(evidence.failure === undefined ? {} : { failure: evidence.failure }),
      },
      judged,
      evidence,
      options.maskSubscription ? { subscriptionId: target.subscriptionId } : {},
    );
    const { differences, troubles, failure } = evidence;
    return { judged, differences, troubles, cleaned, ...(failure === undefined ? {} : { failure }) };
  } finally {
    await recorder.stop();
  }
}

const link = ({ origin, ca }: Recorder) => ({ endpoint: origin, ca });

/** The story with everything around it that has to end however the story ends. */
async function perform(
  target: Target,
  options: RunOptions,
  probeSize: string,
  evidence: Evidence,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<RunResult['cleaned']> {
  const { runId, location, guestImage, say } = options;
  const group = groupName(runId);
  let system: AppSystem | undefined;
  let mayExist = false;
  // Whoever traces sends correlation ids.
  const collector = await startCollector();
  try {
    say('Starting storage and the functions host ...');
    system = await AppSystem.start({
      folder: options.data,
      settings: {
        ...target.settings,
        ARM_ENDPOINT: recorder.origin,
        NODE_EXTRA_CA_CERTS: recorder.caFile,
        RECONCILE_DRY_RUN: 'true',
        ...collectorSettings(collector),
      },
      ...(target.clock === undefined ? {} : { clock: target.clock }),
    });
    const arm = new Arm(target, link(recorder), signal);
    mayExist = true;
    await createGroup(arm, runId, location);
    say(
      `Should this be killed: npm run prove -- --subscription ${target.subscriptionId} --clean ${group}`,
      '',
    );
    const { app } = system;
    const image = options.image ? { image: options.image } : {};
    await unlessEnded(
      tell({
        target,
        arm,
        app,
        runId,
        group,
        location,
        ...image,
        probeSize,
        guestImage,
        evidence,
        signal,
        say,
      }),
      ...([signal, system.broken(), target.broken()] as const),
    );
  } catch (error) {
    const reason: unknown = signal.aborted ? signal.reason : error;
    evidence.failure = reason instanceof Error ? reason.message : String(reason);
    say(`✖ ${evidence.failure}`, '');
  } finally {
    // Nothing may be made anew in a group that is being deleted.
    await system?.stop();
    await collector.stop();
  }
  if (!mayExist) return { state: 'nothing' };
  const command = deleteCommand(group, target.subscriptionId);
  if (options.keep) {
    say(`The resource group ${group} stays. To delete it: ${command}`);
    return { state: 'kept' };
  }
  say(`Deleting the resource group ${group} ...`);
  const owner = new Arm(target, link(recorder));
  const cleaned = await deleteGroup(owner, group, (seconds) => target.pass(seconds), runId);
  say(
    cleaned.state === 'gone'
      ? 'It is gone.'
      : `✖ It is still there (${cleaned.why}). To delete it: ${command}`,
    '',
  );
  return cleaned;
}
