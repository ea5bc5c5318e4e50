import type { Disk, VirtualMachine } from '@azure/arm-compute';
import type {
  NetworkInterface,
  PublicIPAddress,
  RouteTable,
  Subnet,
  VirtualNetwork,
} from '@azure/arm-network';
import type { WarrantEvidence } from '../records/types';
import { liesElsewhere } from '../network/occupied';
import { isNamedRoute, routeNameIn } from '../network/routing';
import { sameId } from './ids';
import { ownershipOf, type HostLayout, type Owned, type SubnetLayout } from './layout';
import { failed, type Failed } from './outcome';
import { isOurTable } from './resources/routeTable';
import { findSubnet, prefixesOf } from './resources/subnet';

/** What proves that a resource is ours to delete. Recorded on the operation before the DELETE is sent. */
export interface Warrant extends Pick<WarrantEvidence, 'purpose' | 'proof'> {
  resourceId: string;
}

/** A warrant for one request: the DELETE bears the id, and Azure's activity log keeps it. */
export interface IssuedWarrant extends Warrant {
  /** Client request id of the DELETE, a GUID. */
  requestId: string;
}

/** Verdict on one resource as it was just read. */
export type Verdict =
  | { verdict: 'gone' }
  | { verdict: 'wait' }
  | { verdict: 'delete'; warrant: Warrant }
  | { verdict: 'keep'; reason: string }
  | { verdict: 'refuse'; failure: Failed };

/** What the records say; the other half of every proof is read from Azure. */
export interface Claims {
  purpose: Warrant['purpose'];
  layout: HostLayout;
  /** The ledger still holds the prefix for this host. */
  promised: boolean;
  /** Lower-case ids that the plan of this very operation found absent. */
  absentBefore: readonly string[];
  /** Another host of the same VNet is promised anything. */
  otherHosts: boolean;
  /** Another network that was defined over the subnet at hand, and may not make it; looked for only where one is shared. */
  definedOver?: string;
}

const gone: Verdict = { verdict: 'gone' };

function refuse(code: string, message: string): Verdict {
  return { verdict: 'refuse', failure: failed('fatal', code, message) };
}

/** An undo may touch only what the operation itself brought into being. */
function notMade(claims: Claims, id: string): Verdict | undefined {
  if (claims.purpose !== 'undo' || claims.absentBefore.includes(id.toLowerCase())) return undefined;
  return { verdict: 'keep', reason: 'It existed before this operation.' };
}

function tagged(
  claims: Claims,
  id: string,
  resource: (Owned & { provisioningState?: string }) | undefined,
): Verdict {
  if (!resource) return gone;
  const kept = notMade(claims, id);
  if (kept) return kept;
  const proof = ownershipOf(claims.layout, { ...resource, id });
  if (proof === undefined) {
    return refuse(
      'NotOurs',
      claims.layout.adopted
        ? `${id} is not the one that was adopted as ${claims.layout.host}. It is left as it is.`
        : `${id} does not carry this app's tags for ${claims.layout.host}. It is left as it is.`,
    );
  }
  if (resource.provisioningState === 'Deleting') return { verdict: 'wait' };
  return {
    verdict: 'delete',
    warrant: {
      resourceId: id,
      purpose: claims.purpose,
      proof: proofOf(claims, [proof]),
    },
  };
}

function proofOf(claims: Claims, proof: string[]): string[] {
  return claims.purpose === 'undo' ? [...proof, 'absent before this operation'] : proof;
}

export function judgeVirtualMachine(claims: Claims, vm: VirtualMachine | undefined): Verdict {
  const verdict = tagged(claims, claims.layout.virtualMachine.id, vm && { ...vm, uniqueId: vm.vmId });
  const stranger = vm && verdict.verdict === 'delete' ? goesAlong(claims.layout, vm) : undefined;
  if (stranger === undefined) return verdict;
  return refuse(
    'NotListed',
    `${stranger} would be deleted with ${claims.layout.host}, but was not part of it when it was adopted. Detach it, or set its delete option to Detach.`,
  );
}

/** Of a VM that somebody else made: a disk or NIC that Azure would delete with it although the adoption did not list it. */
function goesAlong({ adopted, nic1, nic2 }: HostLayout, vm: VirtualMachine): string | undefined {
  if (!adopted) return undefined;
  const listed = [adopted.osDisk.id, ...adopted.dataDisks, nic1.id, nic2.id];
  const { storageProfile, networkProfile } = vm;
  const disks = [storageProfile?.osDisk, ...(storageProfile?.dataDisks ?? [])];
  const going = [
    ...disks.map((disk) => ({ id: disk?.managedDisk?.id, deleteOption: disk?.deleteOption })),
    ...(networkProfile?.networkInterfaces ?? []),
  ];
  const stranger = going.find(
    ({ id, deleteOption }) => deleteOption === 'Delete' && !listed.some((one) => sameId(one, id)),
  );
  return stranger && (stranger.id ?? 'A disk whose id Azure does not show');
}

export function judgeNetworkInterface(
  claims: Claims,
  id: string,
  nic: NetworkInterface | undefined,
): Verdict {
  return tagged(claims, id, nic && { ...nic, uniqueId: nic.resourceGuid });
}

export const judgePublicIp = (claims: Claims, id: string, address: PublicIPAddress | undefined): Verdict =>
  tagged(claims, id, address);

/** Disks go with their VM; one that stayed behind must carry the tags that it inherited from the VM. */
export const judgeDisk = (claims: Claims, disk: Disk | undefined, id = claims.layout.osDisk.id): Verdict =>
  tagged(claims, id, disk);

/** Subnets carry no tags: name, prefix and ledger must agree, and nothing may live in it. */
export function judgeGhostedSubnet(claims: Claims, network: VirtualNetwork | undefined): Verdict {
  const { ghostedSubnet, host } = claims.layout;
  const subnet = network && findSubnet(network, ghostedSubnet.id);
  if (!subnet || liesElsewhere(prefixesOf(subnet), ghostedSubnet.prefix)) return gone;
  const kept = notMade(claims, ghostedSubnet.id);
  if (kept) return kept;
  if (!claims.promised)
    return refuse('NotPromised', `No ledger entry promises ${ghostedSubnet.prefix} to ${host}.`);
  if (!hasOnly(subnet, ghostedSubnet.prefix)) {
    return refuse(
      'NotOurs',
      `${ghostedSubnet.name} has the prefix ${prefixesOf(subnet).join(', ')}, promised was ${ghostedSubnet.prefix}.`,
    );
  }
  return (
    occupied(network, ghostedSubnet) ?? {
      verdict: 'delete',
      warrant: {
        resourceId: ghostedSubnet.id,
        purpose: claims.purpose,
        proof: proofOf(claims, [
          'name of the host',
          `prefix ${ghostedSubnet.prefix}`,
          'ledger entry',
          'empty',
        ]),
      },
    }
  );
}

/** NAT and Hyper-V-LAN belong to the network: only the undo of the operation that made them takes them away again. */
export function judgeNetworkSubnet(
  claims: Claims,
  wish: SubnetLayout,
  network: VirtualNetwork | undefined,
): Verdict {
  const subnet = network && findSubnet(network, wish.id);
  if (!subnet) return gone;
  if (claims.purpose !== 'undo') return { verdict: 'keep', reason: 'It belongs to the network.' };
  const kept = notMade(claims, wish.id);
  if (kept) return kept;
  if (!wish.create)
    return { verdict: 'keep', reason: 'The network definition does not let the app make it.' };
  if (claims.otherHosts) return { verdict: 'keep', reason: 'Other hosts of the network use it.' };
  if (claims.definedOver !== undefined)
    return { verdict: 'keep', reason: `The network ${claims.definedOver} is defined over it.` };
  if (!hasOnly(subnet, wish.prefix)) {
    return refuse('NotOurs', `${wish.name} has another prefix than the definition.`);
  }
  return (
    occupied(network, wish) ?? {
      verdict: 'delete',
      warrant: {
        resourceId: wish.id,
        purpose: 'undo',
        proof: ['absent before this operation', `prefix ${wish.prefix}`, 'no other host promised', 'empty'],
      },
    }
  );
}

/** A subnet whose prefix Azure does not show agrees with nothing. */
function hasOnly(subnet: Subnet, prefix: string): boolean {
  const prefixes = prefixesOf(subnet);
  return prefixes.length > 0 && prefixes.every((own) => own === prefix);
}

/** Anything that lives in a subnet or was put on it by somebody else keeps it. */
function occupied(network: VirtualNetwork, wish: SubnetLayout): Verdict | undefined {
  const subnet = findSubnet(network, wish.id);
  if (!subnet) return gone;
  const [config] = subnet.ipConfigurations ?? [];
  if (config) return refuse('SubnetInUse', `${config.id} lives in ${wish.name}. Remove it, then try again.`);
  if (subnet.delegations?.length || subnet.serviceAssociationLinks?.length) {
    return refuse(
      'SubnetInUse',
      `${wish.name} is delegated or linked to a service. Remove that, then try again.`,
    );
  }
  if (subnet.routeTable) {
    return refuse(
      'SubnetInUse',
      `Somebody associated a route table with ${wish.name}. Remove it, then try again.`,
    );
  }
  return subnet.provisioningState === 'Succeeded' || subnet.provisioningState === 'Failed'
    ? undefined
    : { verdict: 'wait' };
}

/** Routes carry no tags either: name, prefix and ledger must agree. The next hop may have drifted. */
export function judgeRoute(claims: Claims, table: RouteTable | undefined): Verdict {
  const { route } = claims.layout;
  const own = routeNameIn(route, table?.id ?? '');
  const existing = table?.routes?.find(({ name }) => isNamedRoute(route, table.id ?? '', name));
  if (!table || !existing) return gone;
  const id = `${table.id}/routes/${own}`;
  const kept = notMade(claims, id);
  if (kept) return kept;
  if (!claims.promised) {
    return refuse('NotPromised', `No ledger entry promises ${route.prefix} to ${claims.layout.host}.`);
  }
  if (existing.addressPrefix !== route.prefix) {
    return refuse(
      'NotOurs',
      `The route ${own} is for ${existing.addressPrefix}, promised was ${route.prefix}.`,
    );
  }
  return {
    verdict: 'delete',
    warrant: {
      resourceId: id,
      purpose: claims.purpose,
      proof: proofOf(claims, ['name of the host', `prefix ${route.prefix}`, 'ledger entry']),
    },
  };
}

/** Our table goes with its last route, if nobody else put routes or subnets on it. */
export function judgeRouteTable(
  claims: Claims,
  table: RouteTable | undefined,
  id = claims.layout.routeTable.id,
): Verdict {
  if (!table) return gone;
  const kept = notMade(claims, id);
  if (kept) return kept;
  if (!isOurTable(claims.layout, table)) return { verdict: 'keep', reason: 'The app did not make it.' };
  if (table.routes?.length) return { verdict: 'keep', reason: `It still has ${table.routes.length} routes.` };
  if (table.subnets?.length) return { verdict: 'keep', reason: 'It is still associated with a subnet.' };
  return {
    verdict: 'delete',
    warrant: {
      resourceId: table.id ?? id,
      purpose: claims.purpose,
      proof: proofOf(claims, ['tag names installation', 'no routes', 'no subnets']),
    },
  };
}
