import { isLan, same, type Draft, type Finding, type RoutedDraft } from './draft';
import { isGhostedName, notRoutable } from './names';

/** Routed subnets that cannot be, or that contradict the rest of the definition. */
export function routedFindings(draft: Draft): Finding[] {
  return draft.routedSubnets.flatMap((subnet, index) => {
    const pointer = `/routedSubnets/${index}`;
    const earlier = draft.routedSubnets.slice(0, index);
    return [
      ...named(subnet, draft, earlier).map((detail) => ({ pointer: `${pointer}/name`, detail })),
      ...created(subnet).map((detail) => ({ pointer: `${pointer}/create`, detail })),
      ...led(subnet, draft).map((detail) => ({ pointer: `${pointer}/via`, detail })),
    ];
  });
}

function named(subnet: RoutedDraft, draft: Draft, earlier: RoutedDraft[]): string[] {
  const { name, prefix, foreignNetwork } = subnet;
  const { natSubnet, lanSubnet } = draft;
  if (name === undefined) return [];
  const found: string[] = [];
  const reason = notRoutable.get(name.toLowerCase());
  if (reason !== undefined) found.push(`${name} cannot be routed: ${reason}.`);
  if (isGhostedName(name)) found.push('Names that start with Ghosted- belong to hosts.');
  if (foreignNetwork === undefined && same(name, natSubnet.name))
    found.push('The NAT subnet needs no route: hosts reach it through NIC 1.');
  if (foreignNetwork === undefined && same(name, lanSubnet.name) && prefix !== lanSubnet.prefix)
    found.push('This is the name of the LAN subnet, which has another prefix.');
  if (earlier.some((other) => same(other.name, name) && other.foreignNetwork === foreignNetwork))
    found.push(`${name} is listed twice.`);
  return found;
}

function created({ name, create, foreignNetwork }: RoutedDraft): string[] {
  if (!create) return [];
  if (foreignNetwork !== undefined) return ['The app makes subnets only in the VNet of the network.'];
  return same(name, 'GatewaySubnet') ? ['A GatewaySubnet is made together with its gateway.'] : [];
}

function led(subnet: RoutedDraft, { lanSubnet }: Draft): string[] {
  if (subnet.via !== 'appliance') return [];
  if (isLan(subnet, lanSubnet)) return ['Hyper-V-LAN holds NIC 2 itself: nothing lies between.'];
  if (subnet.create) return ['A subnet that is still to be made has no table that leads to an appliance.'];
  return subnet.bypassInspection
    ? ['Either the appliance inspects the traffic (via: appliance) or it is bypassed (bypassInspection).']
    : [];
}
