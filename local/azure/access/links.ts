import { asArray, asString, at } from '../json';
import type { JsonObject } from '../json';

/** An id in a body that its sender must be allowed to link to, besides being allowed to write the body. */
export interface Link {
  /** Property path below the body; `*` goes through a list. */
  path: string;
  action: string;
}

const reference = (path: string, action: string): Link => ({ path: `properties.${path}.id`, action });

/** Azure documentation, "Manage subnets" (permissions); the built-in role definitions for managed clusters name the same. */
const subnet: Link[] = [
  reference('routeTable', 'Microsoft.Network/routeTables/join/action'),
  reference('networkSecurityGroup', 'Microsoft.Network/networkSecurityGroups/join/action'),
  reference('natGateway', 'Microsoft.Network/natGateways/join/action'),
  reference('serviceEndpointPolicies.*', 'Microsoft.Network/serviceEndpointPolicies/join/action'),
];

/** A parent that carries children inline is asked for what they link to. */
const inline = (list: string, links: Link[]): Link[] =>
  links.map(({ path, action }) => ({ path: `properties.${list}.*.${path}`, action }));

const ipConfiguration: Link[] = [
  // Public issue threads: openshift/release#76853 and many others.
  reference('subnet', 'Microsoft.Network/virtualNetworks/subnets/join/action'),
  // Azure documentation, "Manage public IP addresses" (permissions).
  reference('publicIPAddress', 'Microsoft.Network/publicIPAddresses/join/action'),
  // Azure documentation, operations of Microsoft.Network.
  reference(
    'applicationSecurityGroups.*',
    'Microsoft.Network/applicationSecurityGroups/joinIpConfiguration/action',
  ),
  // kubernetes-sigs/cloud-provider-azure#1999.
  reference(
    'loadBalancerBackendAddressPools.*',
    'Microsoft.Network/loadBalancers/backendAddressPools/join/action',
  ),
];

/** By resource type in lower case. */
const links: Readonly<Record<string, Link[]>> = {
  'microsoft.network/virtualnetworks/subnets': subnet,
  'microsoft.network/virtualnetworks': [
    ...inline('subnets', subnet),
    // Azure/terraform-azurerm-avm-ptn-hubnetworking#81.
    reference('ddosProtectionPlan', 'Microsoft.Network/ddosProtectionPlans/join/action'),
  ],
  // Azure documentation, "Manage virtual network peerings" (permissions).
  'microsoft.network/virtualnetworks/virtualnetworkpeerings': [
    reference('remoteVirtualNetwork', 'Microsoft.Network/virtualNetworks/peer/action'),
  ],
  'microsoft.network/networkinterfaces': [
    ...inline('ipConfigurations', ipConfiguration),
    // coreos/tectonic-installer#1954.
    reference('networkSecurityGroup', 'Microsoft.Network/networkSecurityGroups/join/action'),
  ],
  'microsoft.network/natgateways': [
    reference('publicIpAddresses.*', 'Microsoft.Network/publicIPAddresses/join/action'),
  ],
  'microsoft.network/virtualnetworkgateways': inline('ipConfigurations', ipConfiguration.slice(0, 2)),
  'microsoft.compute/virtualmachines': [
    // Unverified as an error text; built-in roles for managed clusters have it for this reason.
    reference('networkProfile.networkInterfaces.*', 'Microsoft.Network/networkInterfaces/join/action'),
    // Azure documentation, "Share gallery resources".
    {
      path: 'properties.storageProfile.imageReference.id',
      action: 'Microsoft.Compute/galleries/images/versions/read',
    },
  ],
  // kubernetes-sigs/azuredisk-csi-driver#2610.
  'microsoft.compute/disks': [
    {
      path: 'properties.encryption.diskEncryptionSetId',
      action: 'Microsoft.Compute/diskEncryptionSets/read',
    },
  ],
};

/**
 * What the body links to: action and id, each pair once. Azure asks for every link that a body holds, also for one that
 * was there before.
 */
export function linksIn(type: string, body: JsonObject): { action: string; scope: string }[] {
  const found = (links[type.toLowerCase()] ?? []).flatMap(({ path, action }) =>
    idsAt(body, path.split('.')).map((scope) => ({ action, scope })),
  );
  return [...new Map(found.map((one) => [`${one.action} ${one.scope}`.toLowerCase(), one])).values()];
}

function idsAt(value: unknown, [name, ...rest]: string[]): string[] {
  if (name === undefined) return asString(value) === undefined ? [] : [String(value)];
  return name === '*' ? asArray(value).flatMap((entry) => idsAt(entry, rest)) : idsAt(at(value, name), rest);
}
