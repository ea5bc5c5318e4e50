import { nicBody, nicId, prefix, subnetId, text, vmBody, vmId, withMachine, withNetwork } from '../support';
import { itRefuses } from './refused';

describe('Azure refuses', () => {
  itRefuses([
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
  ]);

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
