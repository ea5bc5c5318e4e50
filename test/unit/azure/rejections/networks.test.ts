import { network, prefix, subnetId, tableId, vnetBody, vnetId, withMachine } from '../support';
import { itRefuses } from './refused';

describe('Azure refuses', () => {
  itRefuses([
    {
      what: 'a subnet that overlaps a sibling',
      when: (test) => test.send('PUT', subnetId('x'), prefix('10.0.1.128/25')),
      status: 400,
      code: 'NetcfgSubnetRangesOverlap',
      says: /^Subnet 'x' is not valid because its IP address range overlaps/,
    },
    {
      what: 'a subnet outside of its network',
      when: (test) => test.send('PUT', subnetId('x'), prefix('10.0.4.0/24')),
      status: 400,
      code: 'NetcfgSubnetRangeOutsideVnet',
    },
    {
      what: 'a prefix with host bits',
      when: (test) => test.send('PUT', subnetId('x'), prefix('10.0.2.1/24')),
      status: 400,
      code: 'InvalidCIDRNotation',
      says: /should be 10\.0\.2\.0\/24/,
    },
    {
      what: 'a prefix that is none',
      when: (test) => test.send('PUT', subnetId('x'), prefix('10.0.2.0')),
      status: 400,
      code: 'InvalidAddressPrefixFormat',
    },
    {
      what: 'a subnet smaller than /29',
      when: (test) => test.send('PUT', subnetId('x'), prefix('10.0.2.0/30')),
      status: 400,
      code: 'NetcfgInvalidSubnet',
    },
    {
      what: 'an address space that touches a forbidden range',
      when: (test) => test.send('PUT', `${network}/virtualNetworks/other`, vnetBody('169.254.0.0/24')),
      status: 400,
      code: 'NetcfgInvalidVirtualNetworkSite',
      says: /reserved range 169\.254\.0\.0\/16/,
    },
    {
      what: 'shrinking the address space below a subnet',
      when: (test) => test.send('PUT', vnetId, vnetBody('10.10.0.0/16')),
      status: 400,
      code: 'InUsePrefixCannotBeDeleted',
    },
    {
      what: 'a subnet that names a missing route table',
      when: (test) => test.send('PUT', subnetId('x'), prefix('10.0.2.0/24', { routeTable: { id: tableId } })),
      status: 400,
      code: 'InvalidResourceReference',
      says: /routeTables\/table referenced by resource .*subnets\/x was not found/,
    },
    {
      what: 'a subnet whose route table is in another region',
      when: (test) => {
        test.settle('PUT', tableId, { location: 'northeurope' });
        return test.send('PUT', subnetId('x'), prefix('10.0.2.0/24', { routeTable: { id: tableId } }));
      },
      status: 400,
      code: 'InvalidResourceReference',
    },
    {
      what: 'a subnet without network',
      when: (test) => test.send('PUT', `${network}/virtualNetworks/none/subnets/x`, prefix('10.0.2.0/24')),
      status: 404,
      code: 'ParentResourceNotFound',
    },
    {
      what: 'deleting a used subnet',
      given: withMachine,
      when: (test) => test.send('DELETE', subnetId('lan')),
      status: 400,
      code: 'InUseSubnetCannotBeDeleted',
      says: /^Subnet lan is in use by .*hv-01-lan\/ipConfigurations\/ipconfig1 and cannot be deleted/,
    },
    {
      what: 'moving a used subnet',
      given: withMachine,
      when: (test) => test.send('PUT', subnetId('lan'), prefix('10.0.2.0/24')),
      status: 400,
      code: 'InUsePrefixCannotBeDeleted',
    },
    {
      what: 'deleting a network with a used subnet',
      given: withMachine,
      when: (test) => test.send('DELETE', vnetId),
      status: 400,
      code: 'InUseSubnetCannotBeDeleted',
    },
    {
      what: 'a network PUT whose subnet list leaves a used one out',
      given: withMachine,
      when: (test) =>
        test.send('PUT', vnetId, {
          location: 'westeurope',
          properties: {
            addressSpace: { addressPrefixes: ['10.0.0.0/22'] },
            subnets: [{ name: 'nat', properties: { addressPrefix: '10.0.0.0/24' } }],
          },
        }),
      status: 400,
      code: 'InUseSubnetCannotBeDeleted',
    },
    {
      what: 'a second write on a network while the first runs',
      when: (test) => {
        test.send('PUT', subnetId('a'), prefix('10.0.2.0/24'));
        return test.send('PUT', subnetId('b'), prefix('10.10.0.0/24'));
      },
      status: 409,
      code: 'AnotherOperationInProgress',
      says: /use uri: https:\/\/.*\/operations\/[0-9a-f-]{36}\?api-version=2025-05-01\.$/,
    },
  ]);
});
