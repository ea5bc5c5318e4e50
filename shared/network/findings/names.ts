import { same, type Draft, type Finding } from './draft';

/** Subnets that Azure keeps for services of its own, and why their members cannot be routed to guests. */
export const notRoutable = new Map([
  ['azurebastionsubnet', 'Azure refuses route tables on it; list its range as a NAT prefix instead'],
  ['routeserversubnet', 'Azure refuses route tables on it'],
  ['azurefirewallmanagementsubnet', 'it may have no route but the one to the internet'],
]);
const serviceSubnets = new Set([...notRoutable.keys(), 'gatewaysubnet', 'azurefirewallsubnet']);

export const isGhostedName = (name: string) => /^ghosted-/i.test(name);

/** Names of NAT and Hyper-V-LAN, and whose VNet it is. */
export function nameFindings({ subscriptionId, virtualNetwork, natSubnet, lanSubnet }: Draft): Finding[] {
  const found: Finding[] = [];
  const report = (pointer: string, detail: string) => void found.push({ pointer, detail });
  const shared = [
    ['/natSubnet/name', natSubnet],
    ['/lanSubnet/name', lanSubnet],
  ] as const;
  for (const [pointer, { name }] of shared) {
    if (name && serviceSubnets.has(name.toLowerCase()))
      report(pointer, `Azure keeps ${name} for a service of its own.`);
    if (name && isGhostedName(name)) report(pointer, 'Names that start with Ghosted- belong to hosts.');
  }
  if (same(natSubnet.name, lanSubnet.name)) report('/lanSubnet/name', 'NAT and LAN need a subnet each.');
  const [, subscriptionOfVnet] = /^\/subscriptions\/([^/]+)\//i.exec(virtualNetwork.id ?? '') ?? [];
  if (subscriptionId && subscriptionOfVnet && !same(subscriptionId, subscriptionOfVnet)) {
    report(
      '/virtualNetwork/id',
      `The VNet is in subscription ${subscriptionOfVnet}; the network interfaces of hosts must be in the same one.`,
    );
  }
  return found;
}
