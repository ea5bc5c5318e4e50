import { randomBytes } from 'node:crypto';
import { listAt, textAt } from './exchange';
import { probeData } from './scripts';
import { hostName, routedSubnet, virtualNetwork } from './sequence';
import type { Stage } from './stage';

/** The host and the machine that sends packets, as Azure knows them. */

type Where = Pick<Stage, 'arm' | 'group'>;

export const machineId = ({ arm, group }: Where, name: string): string =>
  arm.id(group, `Microsoft.Compute/virtualMachines/${name}`);

export const hostId = (where: Where): string => machineId(where, hostName);

export const probeName = 'probe';

const subnetId = ({ arm, group }: Where): string =>
  arm.id(group, `Microsoft.Network/virtualNetworks/${virtualNetwork}/subnets/${routedSubnet}`);

/** Gives the routed subnet the way out that its machine needs for its agent: the subnet goes back as it was read. */
export async function openSubnet(stage: Stage, natGateway: string): Promise<void> {
  const { arm } = stage;
  const subnet = await arm.get(subnetId(stage));
  if (!subnet) throw new Error(`The subnet ${routedSubnet} is not there.`);
  const properties = { ...subnet.properties, natGateway: { id: natGateway } };
  await arm.put(subnetId(stage), { ...subnet, properties }, { 'if-match': subnet.etag ?? '*' });
}

export interface Probe {
  id: string;
  nic: string;
  address: string;
}

/** A small Linux machine in the routed subnet, created without `securityProfile`. */
export async function createProbe(stage: Stage): Promise<Probe> {
  const { arm, group, location, evidence } = stage;
  const nic = arm.id(group, `Microsoft.Network/networkInterfaces/${probeName}-nic`);
  const properties = { subnet: { id: subnetId(stage) }, privateIPAllocationMethod: 'Dynamic' };
  const made = await arm.put(nic, {
    location,
    properties: { ipConfigurations: [{ name: 'ipconfig1', properties }] },
  });
  const id = machineId(stage, probeName);
  evidence.probe = await arm.put(id, {
    location,
    properties: {
      hardwareProfile: { vmSize: stage.probeSize },
      storageProfile: {
        imageReference: {
          publisher: 'Canonical',
          offer: 'ubuntu-24_04-lts',
          sku: 'server',
          version: 'latest',
        },
        osDisk: {
          name: `${probeName}-os`,
          createOption: 'FromImage',
          deleteOption: 'Delete',
          managedDisk: { storageAccountType: 'Standard_LRS' },
        },
      },
      osProfile: {
        computerName: probeName,
        adminUsername: 'prover',
        // Nobody ever signs in, so nobody is told.
        adminPassword: `${randomBytes(24).toString('base64url')}-Aa1`,
        customData: Buffer.from(probeData()).toString('base64'),
      },
      networkProfile: {
        networkInterfaces: [{ id: nic, properties: { primary: true, deleteOption: 'Delete' } }],
      },
    },
  });
  const [first] = listAt(made, 'properties', 'ipConfigurations');
  const address = textAt(first, 'properties', 'privateIPAddress');
  if (address === undefined) throw new Error('Azure gave the probe no address.');
  return { id, nic, address };
}

/** Reads the host and its disk. */
export async function readHost(stage: Stage): Promise<void> {
  const { arm, evidence } = stage;
  const machine = await arm.get(hostId(stage));
  if (!machine) throw new Error(`Azure does not show ${hostName}.`);
  evidence.machine = machine;
  const disk = textAt(machine, 'properties', 'storageProfile', 'osDisk', 'managedDisk', 'id');
  const read = disk === undefined ? undefined : await arm.get(disk);
  if (read) evidence.osDisk = read;
}

/** Ids of the host, its NICs and its disk, as it had them when it was ready. */
export function partsOfHost(stage: Stage): string[] {
  const { machine, osDisk } = stage.evidence;
  return [
    hostId(stage),
    ...listAt(machine, 'properties', 'networkProfile', 'networkInterfaces').map((nic) => textAt(nic, 'id')),
    osDisk?.id,
  ].filter((id) => id !== undefined);
}
