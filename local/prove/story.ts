import { createProbe, hostId, openSubnet, partsOfHost, readHost } from './machines';
import { compareRoutes, pingBesideOtherRoute, sendPackets } from './packets';
import { restartHost } from './restarts';
import { createWayOut, defineNetwork, hostName, network, plan, succeed } from './sequence';
import type { Stage } from './stage';
import { makeGuest, readFacts, removeGuest, runOnceTwice } from './windows';

const restarts = 3;

/** Everything that a run does to a resource group that exists already, up to the teardown by the app. */
export async function tell(stage: Stage): Promise<void> {
  const { evidence, say } = stage;
  say('NAT gateway and network');
  const natGateway = await createWayOut(stage);
  await defineNetwork(stage, natGateway);
  await openSubnet(stage, natGateway);
  say('A Linux machine in the routed subnet');
  const probe = await createProbe(stage);
  await plan(stage);
  evidence.provision = await succeed(stage, `Provision ${hostName}`, 'POST', '/hosts', {
    network,
    name: hostName,
    onFailure: 'keep',
  });
  await readHost(stage);
  say('A Linux guest on the host; packets');
  const lookAround = async (guest: string | undefined, after: string): Promise<void> => {
    await attempt(stage, `facts after ${after}`, () => readFacts(stage, after));
    if (guest !== undefined)
      await attempt(stage, `packets after ${after}`, () => sendPackets(stage, probe, guest, after));
  };
  await attempt(stage, 'one run command twice', () => runOnceTwice(stage));
  const guest = await attempt(stage, 'a Linux guest', () => makeGuest(stage, probe.address));
  await lookAround(guest, 'provisioning');
  await attempt(stage, 'routes in force', () => compareRoutes(stage, probe));
  if (guest !== undefined)
    await attempt(stage, 'another route', () => pingBesideOtherRoute(stage, probe, guest));
  for (let count = 1; count <= restarts; count += 1) {
    await attempt(stage, `restart ${count}`, () => restartHost(stage, count));
    await lookAround(guest, `restart ${count}`);
  }
  await removeGuest(stage);
  await tearDown(stage);
}

/**
 * One thing that the others can do without: what goes wrong with it is told, and the run goes on, since every statement that
 * it still reaches is worth the money.
 */
async function attempt<T>(
  { evidence, say, signal }: Stage,
  what: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    const trouble = `${what}: ${error instanceof Error ? error.message : String(error)}`;
    evidence.troubles.push(trouble);
    say(`✖ ${trouble}`);
    return undefined;
  }
}

/** The teardown by the app, and what it leaves of the host. */
async function tearDown(stage: Stage): Promise<void> {
  const { arm, evidence } = stage;
  evidence.teardown = await succeed(
    stage,
    `Tear down ${hostName}`,
    'DELETE',
    `/hosts/${network}/${hostName}`,
  );
  const left: string[] = [];
  for (const id of partsOfHost(stage)) if (await arm.get(id)) left.push(id);
  evidence.leftovers = left;
  if (left.includes(hostId(stage)))
    evidence.differences.push(`${hostName} is still there after its teardown.`);
}
