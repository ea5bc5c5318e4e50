import type { Cloud } from '../cloud';
import { networkError } from '../errors';
import { asArray, asObject, asString, at, idsOf } from '../json';
import type { JsonObject } from '../json';
import { sameId } from '../ids';
import type { ArmResource } from '../types';
import { plain } from './plainKind';
import { ipConfigurations, referenced, referrers } from './writing';

const subnetType = 'Microsoft.Network/virtualNetworks/subnets';
const nicType = 'Microsoft.Network/networkInterfaces';

export const natGateways = plain({
  type: 'Microsoft.Network/natGateways',
  filled: (cloud, resource, sent) => {
    for (const reference of asArray(sent.publicIpAddresses)) {
      referenced(cloud, reference, 'Microsoft.Network/publicIPAddresses', resource);
    }
    return { idleTimeoutInMinutes: sent.idleTimeoutInMinutes ?? 4 };
  },
  derived: (cloud, { id }) => references('subnets', referrers(cloud, subnetType, id, 'natGateway')),
  inUse: (resource, { subnets }) =>
    subnets === undefined
      ? undefined
      : // Unverified: the code.
        networkError(
          400,
          'InUseNatGatewayCannotBeDeleted',
          `NAT gateway ${resource.name} is in use by ${idsOf(subnets).join(', ')} and cannot be deleted.`,
        ),
});

export const publicIpAddresses = plain({
  type: 'Microsoft.Network/publicIPAddresses',
  filled: (cloud, resource, sent, existing) => ({
    ipAddress: existing?.properties.ipAddress ?? documentationAddress(cloud, resource.id),
    publicIPAddressVersion: 'IPv4',
    publicIPAllocationMethod: sent.publicIPAllocationMethod ?? 'Static',
    idleTimeoutInMinutes: sent.idleTimeoutInMinutes ?? 4,
    ipTags: [],
  }),
  derived: (cloud, { id }) => {
    const configuration = cloud.store
      .naming(nicType, id)
      .concat(cloud.store.naming('Microsoft.Network/virtualNetworkGateways', id))
      .flatMap((user) => ipConfigurations(user))
      .find((entry) => sameId(asString(at(entry.properties, 'publicIPAddress', 'id')) ?? '', id));
    const gateway = cloud.store
      .naming('Microsoft.Network/natGateways', id)
      .find((nat) => idsOf(nat.properties.publicIpAddresses).some((other) => sameId(other, id)));
    return {
      ...(configuration ? { ipConfiguration: { id: configuration.id } } : {}),
      ...(gateway ? { natGateway: { id: gateway.id } } : {}),
    };
  },
  inUse: (resource, { ipConfiguration, natGateway }) => {
    const user = asString(at(ipConfiguration ?? natGateway, 'id'));
    return user === undefined
      ? undefined
      : networkError(
          400,
          'PublicIPAddressCannotBeDeleted',
          `Public IP address ${resource.id} can not be deleted since it is still allocated to resource ${user}. In ` +
            'order to delete the public IP, disassociate/detach the Public IP address from the resource. To learn ' +
            'how to do this, see aka.ms/deletepublicip.',
        );
  },
});

export const networkSecurityGroups = plain({
  type: 'Microsoft.Network/networkSecurityGroups',
  filled: (_cloud, resource, sent) => ({
    securityRules: asArray(sent.securityRules).map((rule) => ({
      name: at(rule, 'name'),
      id: `${resource.id}/securityRules/${String(at(rule, 'name'))}`,
      type: 'Microsoft.Network/networkSecurityGroups/securityRules',
      properties: { provisioningState: 'Succeeded', ...asObject(at(rule, 'properties')) },
    })),
    defaultSecurityRules: defaultRules(resource.id),
  }),
  derived: (cloud, { id }) => ({
    ...references('networkInterfaces', referrers(cloud, nicType, id, 'networkSecurityGroup')),
    ...references('subnets', referrers(cloud, subnetType, id, 'networkSecurityGroup')),
  }),
  inUse: (resource, { networkInterfaces, subnets }) => {
    const users = [...idsOf(networkInterfaces), ...idsOf(subnets)];
    return users.length === 0
      ? undefined
      : networkError(
          400,
          'InUseNetworkSecurityGroupCannotBeDeleted',
          `Network security group ${resource.id} cannot be deleted because it is in use by the following resources: ` +
            `${users.join(', ')}. In order to delete the Network security group, remove the association with the ` +
            'resource(s). To learn how to do this, see aka.ms/deletensg.',
        );
  },
});

function references(name: string, resources: ArmResource[]): JsonObject {
  return resources.length === 0 ? {} : { [name]: resources.map(({ id }) => ({ id })) };
}

/** Nobody's: set aside for documentation (RFC 5737). */
const documentation = ['203.0.113', '198.51.100', '192.0.2'];

/** An address of the documentation ranges, the same for the same id unless somebody else has it. */
function documentationAddress(cloud: Cloud, id: string): string {
  const taken = new Set(
    cloud.store
      .list('Microsoft.Network/publicIPAddresses')
      .map(({ properties }) => asString(properties.ipAddress) ?? ''),
  );
  const sum = [...id.toLowerCase()].reduce((value, letter) => (value * 31 + letter.charCodeAt(0)) % 254, 7);
  for (const range of documentation) {
    for (let step = 0; step < 254; step += 1) {
      const address = `${range}.${((sum + step) % 254) + 1}`;
      if (!taken.has(address)) return address;
    }
  }
  // More than Azure grants anybody.
  throw networkError(400, 'PublicIPCountLimitReached', 'Cannot create more public IP addresses.');
}

function defaultRules(id: string): JsonObject[] {
  const rule = (
    name: string,
    priority: number,
    direction: string,
    access: string,
    from: string,
    to: string,
  ): JsonObject => ({
    name,
    id: `${id}/defaultSecurityRules/${name}`,
    type: 'Microsoft.Network/networkSecurityGroups/defaultSecurityRules',
    properties: {
      provisioningState: 'Succeeded',
      protocol: '*',
      sourcePortRange: '*',
      destinationPortRange: '*',
      sourceAddressPrefix: from,
      destinationAddressPrefix: to,
      access,
      priority,
      direction,
    },
  });
  return [
    rule('AllowVnetInBound', 65000, 'Inbound', 'Allow', 'VirtualNetwork', 'VirtualNetwork'),
    rule('AllowAzureLoadBalancerInBound', 65001, 'Inbound', 'Allow', 'AzureLoadBalancer', '*'),
    rule('DenyAllInBound', 65500, 'Inbound', 'Deny', '*', '*'),
    rule('AllowVnetOutBound', 65000, 'Outbound', 'Allow', 'VirtualNetwork', 'VirtualNetwork'),
    rule('AllowInternetOutBound', 65001, 'Outbound', 'Allow', '*', 'Internet'),
    rule('DenyAllOutBound', 65500, 'Outbound', 'Deny', '*', '*'),
  ];
}
