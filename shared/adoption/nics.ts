import type { NetworkInterface } from '@azure/arm-network';
import { sameId } from '../azure/ids';
import { virtualNetworkId } from '../network/ids';
import type { AdoptedResource, NetworkDefinition } from '../records/types';
import type { Reason } from './types';

export interface FoundNic {
  resource: AdoptedResource;
  address: string;
  nic: NetworkInterface;
}

export interface Nics {
  nat?: FoundNic;
  lan?: FoundNic;
  reasons: Reason[];
  repairs: string[];
  interruptions: string[];
}

/** Which NIC is NIC 1 and which is NIC 2: the subnet that it is in says so, whatever its name. */
export function findNics(definition: NetworkDefinition, all: NetworkInterface[]): Nics {
  const { natSubnet, lanSubnet } = definition;
  const vnet = virtualNetworkId(definition);
  const inSubnet = (name: string) =>
    all.filter((nic) => sameId(nic.ipConfigurations?.[0]?.subnet?.id, `${vnet}/subnets/${name}`));
  const nats = inSubnet(natSubnet.name);
  const lans = inSubnet(lanSubnet.name);
  const others = all.filter((nic) => !nats.includes(nic) && !lans.includes(nic));
  const reasons: Reason[] = [
    ...several(nats, natSubnet.name),
    ...several(lans, lanSubnet.name),
    ...others.map((nic): Reason => ({
      code: 'UnexpectedNic',
      detail: `${nic.name} is neither in ${natSubnet.name} nor in ${lanSubnet.name}.`,
      remedy: 'Detach it, or move it.',
    })),
    ...all
      .filter((nic) => (nic.ipConfigurations?.length ?? 0) > 1)
      .map((nic): Reason => ({
        code: 'SeveralAddresses',
        detail: `${nic.name} has ${nic.ipConfigurations?.length} IP configurations.`,
        remedy: 'Leave it one: the host has one address in each subnet.',
      })),
  ];
  if (nats.length === 0) {
    reasons.push({
      code: 'NatNicNotFound',
      detail: `No NIC of the VM is in ${natSubnet.name} (${natSubnet.prefix}).`,
      remedy: 'Attach one there: it is the way of guests to the internet.',
    });
  }
  const nat = found(nats[0]);
  const lan = found(lans[0]);
  return {
    ...(nat ? { nat } : {}),
    ...(lan ? { lan } : {}),
    reasons,
    repairs: [
      ...[nat, lan].flatMap((one) =>
        one && isDynamic(one.nic) ? [`${one.nic.name} has a dynamic address.`] : [],
      ),
      ...(nat?.nic.enableIPForwarding === true ? [`IP forwarding is on at ${nat.nic.name}.`] : []),
      ...(lan && lan.nic.enableIPForwarding !== true ? [`IP forwarding is off at ${lan.nic.name}.`] : []),
    ],
    interruptions: [
      ...(lan ? [] : [`The VM has no NIC in ${lanSubnet.name}: to attach one it has to be deallocated.`]),
      ...(nat && lan && nat.nic.primary !== true
        ? [`${nat.nic.name} is not the primary NIC: to change that the VM has to be deallocated.`]
        : []),
    ],
  };
}

export const isDynamic = (nic: NetworkInterface): boolean =>
  nic.ipConfigurations?.[0]?.privateIPAllocationMethod === 'Dynamic';

function several(nics: NetworkInterface[], subnet: string): Reason[] {
  if (nics.length < 2) return [];
  const names = nics.map(({ name }) => name).join(', ');
  return [
    {
      code: 'SeveralNics',
      detail: `${names} are all in ${subnet}.`,
      remedy: 'A host has one NIC there: detach the others.',
    },
  ];
}

function found(nic: NetworkInterface | undefined): FoundNic | undefined {
  const address = nic?.ipConfigurations?.[0]?.privateIPAddress;
  if (!nic?.id || !nic.resourceGuid || address === undefined) return undefined;
  return { resource: { id: nic.id, uniqueId: nic.resourceGuid }, address, nic };
}
