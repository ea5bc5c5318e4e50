import { compute, nicBody, nicId, vmBody, vmId, withMachine, withNetwork } from '../support';
import { itRefuses } from './refused';

describe('Azure refuses', () => {
  itRefuses([
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
          properties: {
            ...(vmBody('vm', []) as { properties: object }).properties,
            networkProfile: { networkInterfaces },
          },
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
  ]);
});
