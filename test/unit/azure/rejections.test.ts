import {
  group,
  network,
  nicBody,
  nicId,
  subnetId,
  vmBody,
  vmId,
  withMachine,
  withNetwork,
  text,
} from './support';
import { compute, TestCloud } from './support';
import type { Answer, TestCloud as Cloud } from './support';

const vnetId = `${network}/virtualNetworks/vnet`;
const tableId = `${network}/routeTables/table`;
const prefix = (addressPrefix: string, more: object = {}): object => ({
  properties: { addressPrefix, ...more },
});
const vnetBody = (...addressPrefixes: string[]): object => ({
  location: 'westeurope',
  properties: { addressSpace: { addressPrefixes } },
});
const hop = (addressPrefix: string, nextHopIpAddress: string): object => ({
  properties: { addressPrefix, nextHopType: 'VirtualAppliance', nextHopIpAddress },
});

function withTable(): Cloud {
  const test = withNetwork();
  test.settle('PUT', tableId, { location: 'westeurope' });
  return test;
}

interface Rejection {
  what: string;
  given?: () => Cloud;
  when: (test: Cloud) => Answer;
  status: number;
  code: string;
  /** Part of the message or of the first detail. */
  says?: RegExp;
  detail?: string;
}

const rejections: Rejection[] = [
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
    what: 'deleting an associated route table',
    given: withTable,
    when: (test) => {
      test.settle('PUT', subnetId('lan'), prefix('10.0.1.0/24', { routeTable: { id: tableId } }));
      return test.send('DELETE', tableId);
    },
    status: 400,
    code: 'InUseRouteTableCannotBeDeleted',
    says: /^Route table table is in use and cannot be deleted\.$/,
  },
  {
    what: 'a second route for the same prefix',
    given: withTable,
    when: (test) => {
      test.settle('PUT', `${tableId}/routes/a`, hop('10.0.2.0/24', '10.0.1.4'));
      return test.send('PUT', `${tableId}/routes/b`, hop('10.0.2.0/24', '10.0.1.5'));
    },
    status: 400,
    code: 'RouteConflict',
  },
  {
    what: 'a route to an appliance without address',
    given: withTable,
    when: (test) => test.send('PUT', `${tableId}/routes/a`, hop('10.0.2.0/24', 'nowhere')),
    status: 400,
    code: 'RouteInvalidNextHopIpAddress',
  },
  {
    what: 'a second write on a table while the first runs',
    given: withTable,
    when: (test) => {
      test.send('PUT', `${tableId}/routes/a`, hop('10.0.2.0/24', '10.0.1.4'));
      return test.send('PUT', `${tableId}/routes/b`, hop('10.10.0.0/24', '10.0.1.5'));
    },
    status: 409,
    code: 'AnotherOperationInProgress',
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
  {
    what: 'an interface in a subnet that is being written',
    when: (test) => {
      test.send(
        'PUT',
        subnetId('lan'),
        prefix('10.0.1.0/24', { serviceEndpoints: [{ service: 'Microsoft.Storage' }] }),
      );
      return test.send('PUT', nicId('x'), nicBody('lan'));
    },
    status: 429,
    code: 'RetryableError',
    detail: 'ReferencedResourceNotProvisioned',
  },
  {
    what: 'an interface in a subnet that does not exist',
    when: (test) => test.send('PUT', nicId('x'), nicBody('none')),
    status: 400,
    code: 'InvalidResourceReference',
  },
  {
    what: 'an address that somebody has',
    given: withMachine,
    when: (test) => test.send('PUT', nicId('x'), nicBody('lan', '10.0.1.4')),
    status: 400,
    code: 'PrivateIPAddressIsAllocated',
    says: /private IP address 10\.0\.1\.4 which is already allocated to resource .*hv-01-lan\/ipConfigurations\/ipconfig1\.$/,
  },
  {
    what: 'the first addresses of a subnet',
    when: (test) => test.send('PUT', nicId('x'), nicBody('lan', '10.0.1.3')),
    status: 400,
    code: 'PrivateIPAddressInReservedRange',
  },
  {
    what: 'the last address of a subnet',
    when: (test) => test.send('PUT', nicId('x'), nicBody('lan', '10.0.1.255')),
    status: 400,
    code: 'PrivateIPAddressInReservedRange',
  },
  {
    what: 'an address of another subnet',
    when: (test) => test.send('PUT', nicId('x'), nicBody('lan', '10.0.0.9')),
    status: 400,
    code: 'PrivateIPAddressNotInSubnet',
  },
  {
    what: 'one interface more than a subnet has addresses',
    when: (test) => {
      test.settle('PUT', subnetId('small'), prefix('10.0.2.0/29'));
      for (const name of ['a', 'b', 'c']) test.send('PUT', nicId(name), nicBody('small'));
      return test.send('PUT', nicId('d'), nicBody('small'));
    },
    status: 400,
    code: 'SubnetIsFull',
  },
  {
    what: 'deleting an attached interface',
    given: withMachine,
    when: (test) => test.send('DELETE', nicId('hv-01-lan')),
    status: 400,
    code: 'NicInUse',
  },
  {
    what: 'renaming the primary configuration of an interface',
    given: withMachine,
    when: (test) =>
      test.send('PUT', nicId('hv-01-lan'), {
        location: 'westeurope',
        properties: {
          ipConfigurations: [{ name: 'other', properties: { subnet: { id: subnetId('lan') } } }],
        },
      }),
    status: 400,
    code: 'IpConfigDeleteNotSupported',
  },
  {
    what: 'moving a secondary interface in use to another subnet',
    given: withMachine,
    when: (test) => test.send('PUT', nicId('hv-01-lan'), nicBody('nat')),
    status: 400,
    code: 'SecondaryNetworkInterfaceInUseCannotChangeSubnet',
  },
  {
    what: 'a second interface on a running machine that has one',
    given: () => {
      const test = withNetwork();
      test.send('PUT', nicId('one'), nicBody('nat'));
      test.send('PUT', nicId('two'), nicBody('lan'));
      test.settle('PUT', vmId('vm'), vmBody('vm', ['one']));
      return test;
    },
    when: (test) => test.send('PUT', vmId('vm'), vmBody('vm', ['one', 'two'])),
    status: 400,
    code: 'AddingOrDeletingNetworkInterfacesOnARunningVirtualMachineNotSupported',
  },
  {
    what: 'two primary interfaces',
    when: (test) => {
      test.send('PUT', nicId('one'), nicBody('nat'));
      test.send('PUT', nicId('two'), nicBody('lan'));
      const networkInterfaces = ['one', 'two'].map((name) => ({
        id: nicId(name),
        properties: { primary: true },
      }));
      return test.send('PUT', vmId('vm'), {
        location: 'westeurope',
        properties: { ...propertiesOf(vmBody('vm', [])), networkProfile: { networkInterfaces } },
      });
    },
    status: 400,
    code: 'VirtualMachineMustHaveOneNetworkInterfaceAsPrimary',
  },
  {
    what: 'more interfaces than the size carries',
    when: (test) => {
      for (const name of ['a', 'b', 'c']) test.send('PUT', nicId(name), nicBody('nat'));
      return test.send('PUT', vmId('vm'), vmBody('vm', ['a', 'b', 'c']));
    },
    status: 400,
    code: 'NetworkInterfaceCountExceeded',
  },
  {
    what: 'an interface of another machine',
    given: withMachine,
    when: (test) => test.send('PUT', vmId('vm'), vmBody('vm', ['hv-01-nat'])),
    status: 400,
    code: 'NicInUse',
  },
  {
    what: 'a machine without its interface',
    when: (test) => test.send('PUT', vmId('vm'), vmBody('vm', ['none'])),
    status: 400,
    code: 'InvalidResourceReference',
  },
  {
    what: 'a size that does not exist',
    when: (test) => test.send('PUT', vmId('vm'), vmBody('vm', ['none'], { vmSize: 'Standard_X1' })),
    status: 400,
    code: 'InvalidParameter',
    says: /^The value Standard_X1 provided for the VM size is not valid/,
  },
  {
    what: 'a computer name of 16 letters',
    when: (test) => test.send('PUT', vmId('abcdefghijklmnop'), vmBody('abcdefghijklmnop', ['none'])),
    status: 400,
    code: 'InvalidParameter',
  },
  {
    what: 'another computer name for an existing machine',
    given: withMachine,
    when: (test) => test.send('PUT', vmId('hv-01'), vmBody('other', ['hv-01-nat', 'hv-01-lan'])),
    status: 409,
    code: 'PropertyChangeNotAllowed',
  },
  {
    what: 'more cores than the quota',
    given: () => withNetwork({ coreQuota: 3 }),
    when: (test) => {
      test.send('PUT', nicId('one'), nicBody('nat'));
      return test.send('PUT', vmId('vm'), vmBody('vm', ['one']));
    },
    status: 409,
    code: 'OperationNotAllowed',
    says: /standardDSv5Family Cores quota.*Current Limit: 3, Current Usage: 0, Additional Required: 4/,
  },
  {
    what: 'an action on a machine that is busy',
    given: withMachine,
    when: (test) => {
      test.send('POST', `${vmId('hv-01')}/deallocate`);
      return test.send('POST', `${vmId('hv-01')}/start`);
    },
    status: 409,
    code: 'Conflict',
  },
  {
    what: 'an action on a machine that is being deleted',
    given: withMachine,
    when: (test) => {
      test.send('DELETE', vmId('hv-01'));
      return test.send('POST', `${vmId('hv-01')}/start`);
    },
    status: 409,
    code: 'OperationNotAllowed',
    says: /marked for deletion/,
  },
  {
    what: 'a script on a machine that is down',
    given: withMachine,
    when: (test) => {
      test.settle('POST', `${vmId('hv-01')}/deallocate`);
      return test.send('PUT', `${vmId('hv-01')}/runCommands/x`, {
        location: 'westeurope',
        properties: { source: {} },
      });
    },
    status: 409,
    code: 'OperationNotAllowed',
    says: /when the VM is not running/,
  },
  {
    what: 'deleting the disk of a machine',
    given: withMachine,
    when: (test) => test.send('DELETE', `${compute}/disks/hv-01-os`),
    status: 409,
    code: 'OperationNotAllowed',
  },
  {
    what: 'a resource without group',
    given: () => new TestCloud(),
    when: (test) => test.send('PUT', vnetId, vnetBody('10.0.0.0/16')),
    status: 404,
    code: 'ResourceGroupNotFound',
  },
  {
    what: 'a create without location',
    when: (test) => test.send('PUT', tableId, {}),
    status: 400,
    code: 'LocationRequired',
  },
  {
    what: 'an existing name in another region',
    given: withTable,
    when: (test) => test.send('PUT', tableId, { location: 'northeurope' }),
    status: 409,
    code: 'InvalidResourceLocation',
  },
  {
    what: 'an unknown type of resource',
    when: (test) => test.get(`${group}/providers/Microsoft.Storage/storageAccounts/x`),
    status: 404,
    code: 'NotFound',
  },
  {
    what: 'an api-version that is none',
    when: (test) => test.get(`${vnetId}?api-version=latest`),
    status: 400,
    code: 'InvalidApiVersionParameter',
  },
];

function propertiesOf(body: object): object {
  return (body as { properties: object }).properties;
}

describe('Azure refuses', () => {
  it.each(rejections)('$what: $status $code', ({ given, when, status, code, says, detail }) => {
    const test = given ? given() : withNetwork();
    const answer = when(test);
    expect({ status: answer.status, code: answer.body.error?.code }).toEqual({ status, code });
    expect(answer.body.error?.message).toMatch(says ?? /./);
    expect(answer.body.error?.details?.[0]?.code).toBe(detail);
    expect(answer.headers['Azure-AsyncOperation']).toBeUndefined();
  });

  it('a RetryableError names no time to wait, so the clients throw it at once', () => {
    const test = withNetwork();
    test.send('PUT', subnetId('x'), prefix('10.0.2.0/24'));
    const answer = test.send('PUT', nicId('x'), nicBody('x'));
    expect(answer.status).toBe(429);
    expect(answer.headers['Retry-After']).toBeUndefined();
  });

  it('keeps the interfaces of a failed create for 180 seconds', () => {
    const test = withNetwork();
    test.send('PUT', nicId('one'), nicBody('nat'));
    const fault = { status: 'Failed', code: 'AllocationFailed', message: 'No capacity.' } as const;
    const created = test.send('PUT', vmId('vm'), vmBody('vm', ['one']), { fault });
    test.pass(150);
    expect(test.poll(created).body).toMatchObject({ status: 'Failed', error: { code: 'AllocationFailed' } });
    expect(test.get(vmId('vm')).body.properties).toMatchObject({ provisioningState: 'Failed' });
    const removed = test.send('DELETE', vmId('vm'));
    while (text(test.poll(removed).body.status) === 'InProgress') test.pass(1);
    expect(test.send('DELETE', nicId('one')).body.error).toMatchObject({ code: 'NicReservedForAnotherVm' });
    test.pass(180);
    expect(test.send('DELETE', nicId('one')).status).toBe(202);
  });
});
