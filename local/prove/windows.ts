import { createHash } from 'node:crypto';
import type { HostFacts } from './evidence';
import { sentOf, textAt, typeOf } from './exchange';
import { hostId } from './machines';
import { runScript, scriptResult, startScript } from './runScript';
import { encoded, guestSeed, modelled } from './scripts';
import type { Stage } from './stage';

/** What a run does inside the host, by scripts of its own. */

const guestName = 'prove-guest';
/** The app's default, which every host of the run has. */
const switchName = 'NestedSwitch';

interface Said {
  ok: boolean;
  error: string;
}

const whole = <T extends Said>(what: string, said: T): T => {
  if (said.ok) return said;
  throw new Error(`${what}: ${said.error}`);
};

/** Makes a Linux guest that looks around and tells what it saw. @returns its address */
export async function makeGuest(stage: Stage, probeAddress: string): Promise<string> {
  const wish = {
    guest: guestName,
    switch: switchName,
    image: stage.guestImage,
    seed: guestSeed(guestName, probeAddress),
  };
  const script = { name: 'prove-guest', text: modelled.guest, parameters: encoded(wish) };
  const said = await runScript<Said & { address: string }>(stage, hostId(stage), script);
  return whole('No guest', said).address;
}

/** A host with guests is not torn down. */
export async function removeGuest(stage: Stage): Promise<void> {
  const script = { name: 'prove-remove', text: modelled.remove, parameters: encoded({ guest: guestName }) };
  whole('The guest stays', await runScript<Said>(stage, hostId(stage), script));
}

/** Puts one run command twice and counts how often its script ran. */
export async function runOnceTwice(stage: Stage): Promise<void> {
  const once = (name: string, count: boolean) => ({
    name,
    text: modelled.once,
    parameters: encoded({ count }),
  });
  const host = hostId(stage);
  await runScript(stage, host, once('prove-once', true));
  const again = await startScript(stage, host, once('prove-once', true));
  await scriptResult(stage, again);
  stage.evidence.ranTwice = await runScript<{ runs: number }>(stage, host, once('prove-once-count', false));
}

type Read = Said &
  Omit<HostFacts, 'after' | 'task' | 'startTime'> & {
    task: { lastResult: number; scriptHash: string } | null;
  };

/** Asks Windows for what the docs believe of it. */
export async function readFacts(stage: Stage, after: string): Promise<void> {
  const script = {
    name: `prove-facts-${after.replaceAll(' ', '-')}`,
    text: modelled.facts,
    parameters: encoded({ switch: switchName }),
  };
  let startTime: string | undefined;
  const read = await scriptResult<Read>(stage, await startScript(stage, hostId(stage), script), (time) => {
    startTime = time;
  });
  const { task, ...said } = whole('Windows says nothing', read);
  const sameScript = task !== null && scriptHashes(stage).has(task.scriptHash.toLowerCase());
  stage.evidence.facts.push({
    ...said,
    ...(startTime === undefined ? {} : { startTime }),
    after,
    task: task === null ? null : { lastResult: task.lastResult, sameScript },
  });
}

/** Of every script that the app has sent. */
function scriptHashes({ evidence }: Stage): Set<string> {
  const texts = evidence.exchanges
    .filter((one) => one.by === 'app' && one.method === 'PUT' && typeOf(one) === 'runcommands')
    .map((one) => textAt(sentOf(one), 'properties', 'source', 'script') ?? '');
  return new Set(texts.map((text) => createHash('sha256').update(text).digest('hex')));
}
