import { compute, group, network, nicBody, nicId, vmBody, vmId, withMachine, withNetwork } from './support';
import type { Loose, TestCloud } from './support';

/** Data disks, public addresses and zones through the life of a machine. */

const diskId = (name: string): string => `${compute}/disks/${name}`;
const empty = { creationData: { createOption: 'Empty' }, diskSizeGB: 64 };
const putDisk = (test: TestCloud, name: string, more: object = {}): unknown =>
  test.settle('PUT', diskId(name), { location: 'westeurope', properties: empty, ...more });
const withDisks = (test: TestCloud, dataDisks: object[]): { status: number; body: Loose } =>
  test.settle('PUT', vmId('hv-01'), {
    location: 'westeurope',
    properties: { storageProfile: { dataDisks } },
  });

describe('data disks', () => {
  it('are made with the machine, or later, and named after it', () => {
    const test = withNetwork();
    test.send('PUT', nicId('nic'), nicBody('nat'));
    const body = vmBody('vm', ['nic']) as { properties: { storageProfile: object } };
    Object.assign(body.properties.storageProfile, {
      dataDisks: [{ lun: 0, name: 'vm-data', createOption: 'Empty', diskSizeGB: 512 }],
    });
    test.settle('PUT', vmId('vm'), { ...body, zones: ['2'] });
    expect(test.get(diskId('vm-data')).body).toMatchObject({
      managedBy: vmId('vm'),
      zones: ['2'],
      properties: { diskSizeGB: 512, diskState: 'Attached' },
    });
    expect(test.get(vmId('vm')).body.properties?.storageProfile?.dataDisks).toMatchObject([
      { lun: 0, deleteOption: 'Detach', managedDisk: { id: diskId('vm-data') } },
    ]);
  });

  it('are attached and detached by the list in the PUT of the machine', () => {
    const test = withMachine();
    putDisk(test, 'data');
    expect(
      withDisks(test, [{ lun: 1, createOption: 'Attach', managedDisk: { id: diskId('data') } }]).status,
    ).toBe(200);
    expect(test.get(diskId('data')).body.properties?.diskState).toBe('Attached');
    expect(test.send('DELETE', diskId('data')).status).toBe(409);
    expect(test.settle('PATCH', vmId('hv-01'), { tags: { a: 'b' } }).status).toBe(200);
    expect(test.get(diskId('data')).body.properties?.diskState).toBe('Attached');
    withDisks(test, []);
    expect(test.get(diskId('data')).body.properties?.diskState).toBe('Unattached');
    expect(test.send('DELETE', diskId('data')).status).toBe(202);
  });

  it('stay or go with the machine as their delete option says', () => {
    const test = withMachine();
    withDisks(test, [
      { lun: 0, name: 'stays', createOption: 'Empty', diskSizeGB: 8 },
      { lun: 1, name: 'goes', createOption: 'Empty', diskSizeGB: 8, deleteOption: 'Delete' },
    ]);
    test.settle('DELETE', vmId('hv-01'));
    expect(test.get(diskId('stays')).body.properties?.diskState).toBe('Unattached');
    expect(test.get(diskId('goes')).status).toBe(404);
  });

  it.each<[string, object[], number, string]>([
    [
      'two at one place',
      [
        { lun: 0, createOption: 'Empty' },
        { lun: 0, createOption: 'Empty' },
      ],
      400,
      'InvalidParameter',
    ],
    [
      'one that is missing',
      [{ lun: 0, createOption: 'Attach', managedDisk: { id: diskId('none') } }],
      404,
      'NotFound',
    ],
    [
      'more than the size takes',
      Array.from({ length: 9 }, (_, lun) => ({ lun, createOption: 'Empty' })),
      409,
      'OperationNotAllowed',
    ],
    [
      'one of another zone',
      [{ lun: 0, createOption: 'Attach', managedDisk: { id: diskId('zonal') } }],
      400,
      'BadRequest',
    ],
    [
      'one of another machine',
      [{ lun: 0, createOption: 'Attach', managedDisk: { id: diskId('other-os') } }],
      409,
      'ConflictingUserInput',
    ],
  ])('%s: refused', (_what, dataDisks, status, code) => {
    const test = withMachine();
    putDisk(test, 'zonal', { zones: ['1'] });
    test.send('PUT', nicId('other'), nicBody('nat'));
    test.settle('PUT', vmId('other'), vmBody('other', ['other']));
    expect(withDisks(test, dataDisks)).toMatchObject({ status, body: { error: { code } } });
  });
});

describe('zones', () => {
  it('are those of the region, and for good', () => {
    const test = withNetwork();
    test.send('PUT', nicId('nic'), nicBody('nat'));
    expect(test.send('PUT', vmId('vm'), { ...vmBody('vm', ['nic']), zones: ['7'] }).status).toBe(400);
    expect(test.settle('PUT', vmId('vm'), { ...vmBody('vm', ['nic']), zones: ['1'] }).status).toBe(201);
    expect(test.get(vmId('vm')).body.zones).toEqual(['1']);
    expect(test.send('PUT', vmId('vm'), { ...vmBody('vm', ['nic']), zones: ['2'] }).body.error?.code).toBe(
      'PropertyChangeNotAllowed',
    );
  });
});

describe('public addresses', () => {
  const address = `${network}/publicIPAddresses/pip`;
  const withAddress = (deleteOption?: string): TestCloud => {
    const test = withNetwork();
    test.settle('PUT', address, { location: 'westeurope', sku: { name: 'Standard' }, properties: {} });
    const nic = nicBody('nat') as { properties: { ipConfigurations: { properties: object }[] } };
    Object.assign(nic.properties.ipConfigurations[0]?.properties ?? {}, {
      publicIPAddress: { id: address, ...(deleteOption ? { properties: { deleteOption } } : {}) },
    });
    test.send('PUT', nicId('nic'), nic);
    test.settle('PUT', vmId('vm'), vmBody('vm', ['nic'], { deleteOption: 'Delete' }));
    return test;
  };

  it('are taken while an interface has them, keep their value, and are free afterwards', () => {
    const test = withAddress();
    const { body } = test.get(address);
    expect(body.properties?.ipConfiguration).toEqual({ id: `${nicId('nic')}/ipConfigurations/ipconfig1` });
    expect(test.send('DELETE', address).body.error?.code).toBe('PublicIPAddressCannotBeDeleted');
    test.settle('PUT', address, { location: 'westeurope', properties: { idleTimeoutInMinutes: 10 } });
    expect(test.get(address).body.properties?.ipAddress).toBe(body.properties?.ipAddress);
    test.settle('DELETE', vmId('vm'));
    expect(test.get(address).body.properties?.ipConfiguration).toBeUndefined();
    expect(test.settle('DELETE', address).status).toBe(202);
  });

  it('go with the machine when marked so', () => {
    const test = withAddress('Delete');
    test.settle('DELETE', vmId('vm'));
    expect(test.get(address).status).toBe(404);
  });

  it('are different ones, however many there are', () => {
    const test = withNetwork();
    const seen = new Set<unknown>();
    for (let count = 0; count < 300; count += 1) {
      const id = `${group}/providers/Microsoft.Network/publicIPAddresses/p${count}`;
      seen.add(test.send('PUT', id, { location: 'westeurope', properties: {} }).body.properties?.ipAddress);
    }
    expect(seen.size).toBe(300);
  });
});
