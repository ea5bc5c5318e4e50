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
  await readFacts(stage, 'provisioning');
  await runOnceTwice(stage);
  const guest = await makeGuest(stage, probe.address);
  await sendPackets(stage, probe, guest, 'provisioning');
  await compareRoutes(stage, probe);
  await pingBesideOtherRoute(stage, probe, guest);
  for (let count = 1; count <= restarts; count += 1) {
    await restartHost(stage, count);
    await readFacts(stage, `restart ${count}`);
    await sendPackets(stage, probe, guest, `restart ${count}`);
  }
  await removeGuest(stage);
  await tearDown(stage);
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
