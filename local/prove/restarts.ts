import type { Restart } from './evidence';
import { listAt, textAt, at } from './exchange';
import { hostId } from './machines';
import { hostName, network, succeed } from './sequence';
import type { Stage } from './stage';

const lookSeconds = 15;
const longestSeconds = 1_800;

interface Agent {
  ready: boolean;
  /** Epoch milliseconds of its report; absent: it carries no time. */
  time?: number;
}

async function agentOf({ arm, ...stage }: Stage): Promise<Agent> {
  const view = await arm.get(`${hostId({ arm, ...stage })}/instanceView`);
  const statuses = listAt(view, 'vmAgent', 'statuses');
  const ready = statuses.find((one) => at(one, 'code') === 'ProvisioningState/succeeded');
  const time = Date.parse(textAt(ready ?? statuses[0], 'time') ?? '');
  return { ready: ready !== undefined, ...(Number.isNaN(time) ? {} : { time }) };
}

/** Restarts the host through Azure, waits for its agent, and has the app look it over: a host that is whole gets no write. */
export async function restartHost(stage: Stage, count: number): Promise<void> {
  const { arm, target, evidence, signal, say } = stage;
  say(`Restart ${count} of ${hostName}`);
  const before = await agentOf(stage);
  const askedAt = await target.now();
  await arm.post(`${hostId(stage)}/restart`);
  const endedAt = await target.now();
  const atEnd = await agentOf(stage);
  let agent = atEnd;
  for (let waited = 0; !agent.ready || (agent.time ?? Infinity) <= askedAt; waited += lookSeconds) {
    if (waited > longestSeconds) throw new Error(`The agent did not come back after restart ${count}.`);
    await target.pass(lookSeconds, signal);
    agent = await agentOf(stage);
  }
  const restart: Restart = {
    ...{ askedAt, endedAt, readyAt: await target.now() },
    ...(before.time === undefined ? {} : { reportBefore: before.time }),
    ...(atEnd.time === undefined ? {} : { reportAtEnd: atEnd.time }),
    ...(agent.time === undefined ? {} : { reportReady: agent.time }),
  };
  evidence.restarts.push(restart);
  restart.verify = await succeed(
    stage,
    `Look ${hostName} over`,
    'POST',
    `/hosts/${network}/${hostName}/repair`,
    {},
  );
  const changed = restart.verify.steps.filter(({ change }) => change !== undefined && change !== 'unchanged');
  if (changed.length > 0)
    evidence.differences.push(
      `After restart ${count} the app had to mend: ${changed.map(({ name }) => name).join(', ')}.`,
    );
}
