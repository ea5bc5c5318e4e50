import { createWindows, knownPhase, rebootWindows, runScript } from '../../../local/azure/guest';
import { scriptOf } from '../../../shared/guest';
import { nicBody, nicId, vmBody, vmId, withNetwork } from '../azure/support';
import type { TestCloud } from '../azure/support';

const vm = vmId('hv-01');

/** A machine with so many data disks; each script that starts sees what is attached by then. */
function machine(luns: number[]): TestCloud {
  const test = withNetwork({ guest: { createWindows, rebootWindows, runScript, knownPhase } });
  test.send('PUT', nicId('hv-01-nat'), nicBody('nat'));
  test.send('PUT', nicId('hv-01-lan'), nicBody('lan'));
  test.settle('PUT', vm, vmBody('hv-01', ['hv-01-nat', 'hv-01-lan']));
  attach(test, luns);
  return test;
}

function attach(test: TestCloud, luns: number[]): void {
  const dataDisks = luns.map((lun) => ({
    lun,
    name: `data-${lun}`,
    createOption: 'Empty',
    diskSizeGB: 256 + lun,
  }));
  test.settle('PATCH', vm, { properties: { storageProfile: { dataDisks } } });
}

let runs = 0;
function seen(test: TestCloud): unknown[] | undefined {
  runs += 1;
  test.settle('PUT', `${vm}/runCommands/look-${runs}`, {
    location: 'westeurope',
    properties: {
      source: { script: scriptOf('inventory') },
      parameters: [{ name: 'Parameters', value: '' }],
    },
  });
  return test.cloud
    .machine(vm)
    ?.guest?.disks?.map(({ number, role, lun, gigabytes, style }) => [number, role, lun, gigabytes, style]);
}

const system = [0, 'system', 0, 127, 'GPT'];

describe('the disks of Windows', () => {
  it('are its own, and raw data disks as they are attached', () => {
    const test = machine([]);
    expect(seen(test)).toEqual([system]);
    attach(test, [0, 3]);
    expect(seen(test)).toEqual([system, [1, 'data', 0, 256, 'RAW'], [2, 'data', 3, 259, 'RAW']]);
  });

  it('keep what is on them until they are detached', () => {
    const test = machine([0]);
    seen(test);
    const disk = test.cloud.machine(vm)?.guest?.disks?.[1];
    if (disk) disk.style = 'GPT';
    test.settle('POST', `${vm}/restart`);
    expect(seen(test)).toEqual([system, [1, 'data', 0, 256, 'GPT']]);
    attach(test, []);
    expect(seen(test)).toEqual([system]);
  });
});
