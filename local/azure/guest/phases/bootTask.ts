import { createHash } from 'node:crypto';
import { claim, folder, readMemory, remember, sameBoot, strikeOff } from '../session';
import type { PhaseFailure, Session } from '../session';
import type { StartupTask, WindowsState } from '../types';

/** The startup task that phase network leaves behind: it runs the stored script with the stored parameters. */

const name = 'nested-hosts';
export const bootFiles = {
  script: `${folder}\\boot.ps1`,
  parameters: `${folder}\\boot.txt`,
  report: `${folder}\\boot.json`,
};

const wanted: StartupTask = {
  execute: '%SystemRoot%\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
  arguments: `-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "${bootFiles.script}" -Parameters stored`,
  sid: 'S-1-5-18',
  level: 'Highest',
  startup: true,
  enabled: true,
};

/** Parameters that say nothing of how the host shall be. */
const passing = new Set([
  'phase',
  'operation',
  'notBootedAt',
  'routesHere',
  'log',
  'bootVersion',
  'mayInterrupt',
]);

/** What a startup task runs, if that is the scripts' own. */
export function storedRun({
  startupTasks,
  files,
}: WindowsState): { script: string; encoded: string } | undefined {
  const task = startupTasks?.[name];
  const { [bootFiles.script]: script, [bootFiles.parameters]: encoded } = files;
  if (!task || taskFault(task) !== undefined || script === undefined || encoded === undefined)
    return undefined;
  return { script, encoded };
}

export function leaveBootTask({ state, script, encoded, changed }: Session): void {
  claim(state, 'bootTask');
  const text = script.replaceAll('\r\n', '\n');
  const [, bootVersion = ''] = /^\$ScriptVersion = '([0-9a-f]+)'$/m.exec(text) ?? [];
  const memory = readMemory(state);
  const current = memory.bootScript === fingerprint(text) && memory.bootVersion === bootVersion;
  if (!current || !isWhole(state)) {
    state.files[bootFiles.script] = text;
    remember(state, { bootScript: fingerprint(text), bootVersion });
    changed.push('boot:script');
  }
  if (!isCurrent(state, encoded)) {
    state.files[bootFiles.parameters] = encoded;
    changed.push('boot:parameters');
  }
  const tasks = (state.startupTasks ??= {});
  if (taskFault(tasks[name]) === undefined) return;
  tasks[name] = { ...wanted };
  changed.push('boot:task');
}

export function removeBootTask({ state, changed }: Session): void {
  if (!readMemory(state).made.includes('bootTask')) return;
  if (state.startupTasks?.[name]) {
    delete state.startupTasks[name];
    changed.push('boot:task');
  }
  for (const file of Object.values(bootFiles)) delete state.files[file];
  remember(state, { bootScript: '', bootVersion: '', bootRan: false });
  strikeOff(state, 'bootTask');
}

/** What verify says of it; a host that phase network never saw has none and needs none. */
export function bootFaults({ state, facts }: Session): string[] {
  if (!readMemory(state).made.includes('bootTask')) return [];
  const fault = taskFault(state.startupTasks?.[name]);
  const report = reportOf(state);
  if (report?.error) facts.bootError = report.error.code;
  if (fault !== undefined) return [fault];
  if (report) return [];
  if (readMemory(state).bootRan) return [`startup task ${name} has not run since Windows started`];
  facts.warnings = ['bootTaskUnseen'];
  return [];
}

/** What verify says of the script and the parameters that the task runs with. */
export function scriptFaults({ state, plan, encoded }: Session): string[] {
  const { made, bootVersion } = readMemory(state);
  if (!made.includes('bootTask')) return [];
  const other = plan.bootVersion !== undefined && bootVersion !== plan.bootVersion;
  return [
    ...(isWhole(state)
      ? other
        ? ['the stored script is of another version']
        : []
      : ['the stored script is not whole']),
    ...(isCurrent(state, encoded) ? [] : ['the stored parameters are not the current ones']),
  ];
}

/** Which boot was seen to: by the startup task, or by a run that left it behind and ended well. */
export function reportBoot({ state, atBoot, changed }: Session, failure: PhaseFailure | undefined): void {
  const report = reportOf(state);
  if (!atBoot && (failure || (report && !report.error))) return;
  if (atBoot) remember(state, { bootRan: true });
  const error = failure ? { error: { code: failure.code, message: failure.message } } : {};
  state.files[bootFiles.report] = JSON.stringify({
    boot: state.bootTime,
    changed,
    routerRestarts: 0,
    ...error,
  });
  if (!atBoot) return;
  const events = (state.events ??= []);
  if (failure) {
    const text = `The network of guests is not as planned: ${failure.message}`;
    events.push({ id: 3, level: 'Error', text });
  } else if (changed.length > 0) {
    events.push({
      id: 2,
      level: 'Warning',
      text: `The network of guests was put right: ${changed.join(', ')}.`,
    });
  } else {
    events.push({ id: 1, level: 'Information', text: 'The network of guests is as planned.' });
  }
}

function taskFault(task: StartupTask | undefined): string | undefined {
  if (!task) return `there is no startup task ${name}`;
  if (task.execute !== wanted.execute || task.arguments !== wanted.arguments) {
    return `startup task ${name} runs something else`;
  }
  if (task.sid !== wanted.sid || task.level !== wanted.level) {
    return `startup task ${name} does not run as SYSTEM`;
  }
  return task.startup && task.enabled ? undefined : `startup task ${name} is off`;
}

/** The report of this boot, if there is one. */
function reportOf(state: WindowsState): { boot: string; error?: { code: string } } | undefined {
  try {
    const report = JSON.parse(state.files[bootFiles.report] ?? '') as ReturnType<typeof reportOf>;
    return report && sameBoot(state, report.boot) ? report : undefined;
  } catch {
    return undefined;
  }
}

function isWhole(state: WindowsState): boolean {
  const stored = state.files[bootFiles.script];
  return stored !== undefined && fingerprint(stored) === readMemory(state).bootScript;
}

function isCurrent(state: WindowsState, encoded: string): boolean {
  const stored = keyOf(state.files[bootFiles.parameters]);
  return stored !== undefined && stored === keyOf(encoded);
}

function keyOf(encoded: string | undefined): string | undefined {
  try {
    const plan = JSON.parse(Buffer.from(encoded ?? '', 'base64').toString('utf8')) as object;
    return JSON.stringify(Object.entries(plan).filter(([field]) => !passing.has(field)));
  } catch {
    return undefined;
  }
}

function fingerprint(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').toUpperCase();
}
