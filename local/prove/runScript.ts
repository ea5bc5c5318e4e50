import { at, textAt } from './exchange';
import type { Stage } from './stage';

const sentinel = /##prove-begin##(.*?)##prove-end##/s;

/** Seconds between two looks, and until a script is given up. */
const lookSeconds = 15;
const longestSeconds = 3_000;

export interface Script {
  /** Name of the run command: one that exists already is not run again. */
  name: string;
  text: string;
  /** Of a Windows script, base64. */
  parameters?: string;
}

/** Puts a managed run command, which starts it. @returns its id */
export async function startScript(stage: Stage, machine: string, script: Script): Promise<string> {
  const { arm, location } = stage;
  const id = `${machine}/runCommands/${script.name}`;
  const parameters =
    script.parameters === undefined ? [] : [{ name: 'Parameters', value: script.parameters }];
  await arm.put(id, {
    location,
    properties: {
      source: { script: script.text },
      parameters,
      asyncExecution: true,
      timeoutInSeconds: longestSeconds,
    },
  });
  return id;
}

/**
 * Waits for the end of a script and reads the one line of JSON that it says; `told` is told when Azure says that it began.
 * @throws if there is none
 */
export async function scriptResult<T>(
  { arm, target, signal }: Stage,
  id: string,
  told: (startTime: string | undefined) => void = () => undefined,
): Promise<T> {
  for (let waited = 0; waited <= longestSeconds + 600; waited += lookSeconds) {
    const view = at(await arm.get(id, { $expand: 'instanceView' }), 'properties', 'instanceView');
    const state = textAt(view, 'executionState');
    if (state !== undefined && !/^(Unknown|Pending|Running)$/.test(state)) {
      const [, line] = sentinel.exec(textAt(view, 'output') ?? '') ?? [];
      told(textAt(view, 'startTime'));
      if (line !== undefined) return JSON.parse(line) as T;
      const said = `${textAt(view, 'executionMessage') ?? ''} ${textAt(view, 'error') ?? ''}`.trim();
      throw new Error(
        `The script ${id.split('/').at(-1)} ended as ${state} without a result. ${said}`.trim(),
      );
    }
    await target.pass(lookSeconds, signal);
  }
  throw new Error(`The script ${id.split('/').at(-1)} does not end.`);
}

export async function runScript<T>(stage: Stage, machine: string, script: Script): Promise<T> {
  return await scriptResult<T>(stage, await startScript(stage, machine, script));
}
