import { hostName, createWayOut, defineNetwork, network, plan, succeed } from './sequence';
import type { Stage } from './stage';
import { textAt, listAt } from './exchange';

/** Everything that a run does to a resource group that exists already, up to the teardown by the app. */
export async function tell(stage: Stage): Promise<void> {
  const { arm, group, evidence, say } = stage;
  say('NAT gateway and network');
  const natGateway = await createWayOut(stage);
  await defineNetwork(stage, natGateway);
  await plan(stage);
  evidence.provision = await succeed(stage, `Provision ${hostName}`, 'POST', '/hosts', {
    network,
    name: hostName,
    onFailure: 'keep',
  });
  await readMachine(stage);
  await tearDown(stage);
  const left = await arm.get(arm.id(group));
  if (!left) throw new Error(`The resource group ${group} is gone: somebody else deleted it.`);
}

const machineId = ({ arm, group }: Stage): string =>
  arm.id(group, `Microsoft.Compute/virtualMachines/${hostName}`);

async function readMachine({ arm, evidence, ...stage }: Stage): Promise<void> {
  const machine = await arm.get(machineId({ arm, evidence, ...stage }));
  if (!machine) throw new Error(`Azure does not show ${hostName}.`);
  evidence.machine = machine;
  const disk = textAt(machine, 'properties', 'storageProfile', 'osDisk', 'managedDisk', 'id');
  const read = disk === undefined ? undefined : await arm.get(disk);
  if (read) evidence.osDisk = read;
}

/** The teardown, and what it leaves of the host. */
async function tearDown(stage: Stage): Promise<void> {
  const { arm, evidence } = stage;
  const { machine } = evidence;
  evidence.teardown = await succeed(
    stage,
    `Tear down ${hostName}`,
    'DELETE',
    `/hosts/${network}/${hostName}`,
  );
  const ids = [
    machineId(stage),
    ...listAt(machine, 'properties', 'networkProfile', 'networkInterfaces').map((nic) => textAt(nic, 'id')),
    evidence.osDisk?.id,
  ];
  const left: string[] = [];
  for (const id of ids) if (id !== undefined && (await arm.get(id))) left.push(id);
  evidence.leftovers = left;
}
