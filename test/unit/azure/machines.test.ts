import {
  compute,
  network,
  nicBody,
  nicId,
  subnetId,
  vmBody,
  vmId,
  withMachine,
  withNetwork,
} from './support';
import { text } from './support';
import type { Loose, TestCloud } from './support';

const vm = vmId('hv-01');
const command = (name: string): string => `${vm}/runCommands/${name}`;
const script = (text: string, more: object = {}): object => ({
  location: 'westeurope',
  properties: { source: { script: text }, asyncExecution: true, timeoutInSeconds: 600, ...more },
});

const view = (test: TestCloud): Loose => test.get(`${vm}/instanceView`).body;
const agent = (test: TestCloud): { state: string; time: string } => {
  const status = view(test).vmAgent?.statuses?.[0];
  return { state: text(status?.displayStatus), time: text(status?.time) };
};
const power = (test: TestCloud): string => text(view(test).statuses?.[1]?.code);
const run = (test: TestCloud, name: string): Loose | undefined =>
  test.get(`${command(name)}?$expand=instanceView`).body.properties?.instanceView;

describe('a machine', () => {
  it('shows its disk, its interfaces and its agent only as they come about', () => {
    const test = withNetwork();
    test.send('PUT', nicId('hv-01-nat'), nicBody('nat'));
    test.send('PUT', nicId('hv-01-lan'), nicBody('lan'));
    const created = test.send('PUT', vm, vmBody('hv-01', ['hv-01-nat', 'hv-01-lan']));
    expect(created.body.properties?.osProfile).not.toHaveProperty('adminPassword');
    expect(created.body.properties?.storageProfile?.osDisk).toMatchObject({
      deleteOption: 'Detach',
      osType: 'Windows',
    });
    expect(created.body.properties?.storageProfile?.osDisk?.managedDisk).not.toHaveProperty('id');
    expect(test.get(nicId('hv-01-nat')).body.properties).toMatchObject({ virtualMachine: { id: vm } });
    expect(test.get(nicId('hv-01-nat')).body.properties).not.toHaveProperty('macAddress');
    test.pass(300);
    expect(test.get(vm).body.properties?.storageProfile?.osDisk?.managedDisk?.id).toBe(
      `${compute}/disks/hv-01-os`,
    );
    expect(test.get(`${compute}/disks/hv-01-os`).body).toMatchObject({
      managedBy: vm,
      properties: { diskState: 'Attached' },
    });
    const nat = test.get(nicId('hv-01-nat')).body.properties;
    const lan = test.get(nicId('hv-01-lan')).body.properties;
    expect([nat?.primary, lan?.primary]).toEqual([true, false]);
    expect(text(lan?.macAddress)).toMatch(/^00-0D-3A(-[0-9A-F]{2}){3}$/);
    expect(lan?.macAddress).not.toBe(nat?.macAddress);
    expect(agent(test).state).toBe('Ready');
  });

  it.each([
    ['Delete', [], []],
    ['Detach', ['hv-01-nat', 'hv-01-lan'], ['hv-01-os']],
  ])('with deleteOption %s leaves behind %j %j', (deleteOption, nics, disks) => {
    const test = withMachine({ deleteOption });
    test.settle('DELETE', vm);
    const names = (path: string): unknown[] =>
      Object.values(test.get(path).body.value ?? {}).map(({ name }) => name);
    expect(names(`${network}/networkInterfaces`)).toEqual(nics);
    expect(names(`${compute}/disks`)).toEqual(disks);
    expect(test.get(vm).status).toBe(404);
    for (const nic of nics) expect(test.get(nicId(nic)).body.properties).not.toHaveProperty('macAddress');
  });

  it('still says Ready for a while after a restart, then is not ready, then Ready with a newer time', () => {
    const test = withMachine();
    const restarted = test.send('POST', `${vm}/restart`);
    const asked = new Date(test.cloud.now).toISOString();
    const seen: string[] = [];
    let staleAfterSuccess = false;
    for (let second = 0; second < 300; second += 1) {
      test.pass(1);
      const { state, time } = agent(test);
      const stale = state === 'Ready' && time <= asked;
      if (stale && text(test.poll(restarted).body.status) === 'Succeeded') staleAfterSuccess = true;
      const word = state === 'Ready' ? (stale ? 'stale' : 'new') : 'not ready';
      if (seen.at(-1) !== word) seen.push(word);
    }
    expect(seen).toEqual(['stale', 'not ready', 'new']);
    expect(staleAfterSuccess).toBe(true);
  });

  it('goes down and up again, keeping addresses and MACs, with a new boot time', () => {
    const test = withMachine();
    const mac = test.get(nicId('hv-01-lan')).body.properties?.macAddress;
    const booted = test.cloud.machine(vm)?.guest?.bootTime;
    expect(power(test)).toBe('PowerState/running');
    test.send('POST', `${vm}/deallocate`);
    expect(power(test)).toBe('PowerState/deallocating');
    test.pass(300);
    expect([power(test), view(test).vmAgent]).toEqual(['PowerState/deallocated', undefined]);
    test.settle('POST', `${vm}/start`);
    expect([power(test), agent(test).state]).toEqual(['PowerState/running', 'Ready']);
    expect(test.get(nicId('hv-01-lan')).body.properties?.macAddress).toBe(mac);
    expect(test.cloud.machine(vm)?.guest?.bootTime).not.toBe(booted);
    test.settle('POST', `${vm}/powerOff`);
    expect(power(test)).toBe('PowerState/stopped');
  });

  it('takes a second interface when it is deallocated', () => {
    const test = withNetwork();
    test.send('PUT', nicId('hv-01-nat'), nicBody('nat'));
    test.send('PUT', nicId('hv-01-lan'), nicBody('lan'));
    test.settle('PUT', vm, vmBody('hv-01', ['hv-01-nat']));
    test.settle('POST', `${vm}/deallocate`);
    const put = test.settle('PUT', vm, vmBody('hv-01', ['hv-01-nat', 'hv-01-lan']));
    expect(put.status).toBe(200);
    test.settle('POST', `${vm}/start`);
    expect(test.get(nicId('hv-01-lan')).body.properties).toMatchObject({ primary: false });
    expect(test.get(nicId('hv-01-lan')).body.properties).toHaveProperty('macAddress');
  });

  it('gets its interfaces back from a failed create by the same PUT', () => {
    const test = withNetwork();
    test.send('PUT', nicId('one'), nicBody('nat'));
    const fault = { status: 'Failed', code: 'AllocationFailed', message: 'No capacity.' } as const;
    test.settle('PUT', vm, vmBody('hv-01', ['one']), { fault });
    expect(test.settle('PUT', vm, vmBody('hv-01', ['one'])).status).toBe(200);
    expect(test.get(vm).body.properties).toMatchObject({ provisioningState: 'Succeeded' });
  });

  it('is deleted even while it is being created', () => {
    const test = withNetwork();
    test.send('PUT', nicId('one'), nicBody('nat'));
    const created = test.send('PUT', vm, vmBody('hv-01', ['one']));
    test.pass(5);
    const deleted = test.settle('DELETE', vm);
    expect(test.poll(created).body).toMatchObject({
      status: 'Failed',
      error: { code: 'OperationPreempted' },
    });
    expect(test.poll(deleted).body).toMatchObject({ status: 'Succeeded' });
    expect(test.get(vm).status).toBe(404);
  });
});

describe('a managed run command', () => {
  it('that is asynchronous ends its operation when the script starts', () => {
    const test = withMachine();
    const put = test.send('PUT', command('a'), script('hostname'));
    expect([put.status, run(test, 'a')?.executionState]).toEqual([201, 'Pending']);
    while (text(test.poll(put).body.status) === 'InProgress') test.pass(1);
    expect(test.get(command('a')).body.properties).toMatchObject({ provisioningState: 'Succeeded' });
    expect(test.get(command('a')).body.properties).not.toHaveProperty('instanceView');
    expect(run(test, 'a')).toMatchObject({ executionState: 'Running' });
    test.pass(60);
    expect(run(test, 'a')).toMatchObject({
      executionState: 'Succeeded',
      exitCode: 0,
      output: 'ran hostname internet true',
    });
    expect(test.cloud.machine(vm)?.guest?.files).toEqual({ hostname: 'ran' });
  });

  it('never ends before 20 seconds', () => {
    const test = withMachine();
    test.send('PUT', command('a'), script('hostname', { asyncExecution: false }));
    test.pass(19);
    expect(run(test, 'a')?.executionState).not.toBe('Succeeded');
  });

  it('is lost when the machine restarts, and says Running until its time is over', () => {
    const test = withMachine();
    test.send('PUT', command('a'), script('hostname'));
    while (text(run(test, 'a')?.executionState) !== 'Running') test.pass(1);
    test.send('POST', `${vm}/restart`);
    test.pass(300);
    expect(run(test, 'a')?.executionState).toBe('Running');
    expect(test.cloud.machine(vm)?.guest?.files).toEqual({});
    test.pass(301);
    expect(run(test, 'a')?.executionState).toBe('TimedOut');
  });

  it('waits for an agent that is not ready', () => {
    const test = withMachine();
    test.send('POST', `${vm}/restart`);
    test.pass(60);
    test.send('PUT', command('a'), script('hostname'));
    const before = test.cloud.now;
    while (text(run(test, 'a')?.executionState) === 'Pending') test.pass(1);
    expect(agent(test).state).toBe('Ready');
    expect(test.cloud.now - before).toBeGreaterThan(5000);
  });

  it('with the same script and parameters does not run again, with others it does', () => {
    const test = withMachine();
    const count = jest.spyOn(test.cloud.guest, 'runScript');
    test.settle('PUT', command('a'), script('hostname'));
    test.settle('PUT', command('a'), script('hostname'));
    expect(count).toHaveBeenCalledTimes(1);
    test.settle('PUT', command('a'), script('hostname', { parameters: [{ name: 'p', value: '1' }] }));
    expect(count).toHaveBeenCalledTimes(2);
    count.mockRestore();
  });

  it('that fails succeeds as a deployment, unless it is told not to', () => {
    const test = withMachine();
    const fault = { outcome: 'exitCode' } as const;
    test.cloud.guestFaults.push({ id: '1', fault, taken: () => undefined });
    const put = test.settle('PUT', command('a'), script('x', { asyncExecution: false }));
    expect(test.poll(put).body).toMatchObject({ status: 'Succeeded' });
    expect(run(test, 'a')).toMatchObject({ executionState: 'Failed', exitCode: 1 });
    test.cloud.guestFaults.push({ id: '2', fault, taken: () => undefined });
    const strict = { asyncExecution: false, treatFailureAsDeploymentFailure: true };
    const second = test.settle('PUT', command('b'), script('x', strict));
    expect(test.poll(second).body).toMatchObject({
      status: 'Failed',
      error: { code: 'VMExtensionProvisioningError' },
    });
  });

  it('meets the fault that is meant for its phase', () => {
    const test = withMachine();
    test.cloud.guestFaults.push({
      id: '1',
      phase: 'network',
      fault: { outcome: 'error' },
      taken: () => undefined,
    });
    test.settle('PUT', command('a'), script('phase:features'));
    test.settle('PUT', command('b'), script('phase:network'));
    expect([run(test, 'a')?.executionState, run(test, 'b')?.executionState]).toEqual(['Succeeded', 'Failed']);
  });

  it('is one of 25 at most, and makes room when it is deleted', () => {
    const test = withMachine();
    for (let index = 0; index < 25; index += 1) test.send('PUT', command(`c${index}`), script(`x${index}`));
    expect(test.send('PUT', command('more'), script('y')).status).toBe(409);
    test.settle('DELETE', command('c0'));
    expect(test.send('PUT', command('more'), script('y')).status).toBe(201);
    expect(Object.keys(test.get(`${vm}/runCommands`).body.value ?? {})).toHaveLength(25);
  });

  it.each([
    ['a public subnet', {}, true],
    ['a private subnet', { defaultOutboundAccess: false }, false],
  ])('in %s reaches the internet: %s %s', (_what, properties, internet) => {
    const test = withMachine();
    test.settle('PUT', subnetId('nat'), { properties: { addressPrefix: '10.0.0.0/24', ...properties } });
    test.settle('PUT', command('a'), script('x'));
    expect(run(test, 'a')?.output).toBe(`ran x internet ${internet}`);
  });
});

describe('throttling', () => {
  it('takes 12 run commands at once and then 4 a minute, per machine', () => {
    const test = withMachine({}, { throttling: true });
    const put = (index: number): number => test.send('PUT', command(`c${index}`), script(`x${index}`)).status;
    const statuses = Array.from({ length: 13 }, (_, index) => put(index));
    expect(statuses.filter((status) => status === 201)).toHaveLength(12);
    const refused = test.send('PUT', command('late'), script('y'));
    expect(refused.status).toBe(429);
    const wait = Number(refused.headers['Retry-After']);
    expect(wait).toBeGreaterThan(0);
    test.pass(wait);
    expect(test.send('PUT', command('late'), script('y')).status).toBe(201);
  });

  it('takes 200 writes at once and then 10 a second', () => {
    const test = withNetwork({ throttling: true });
    const write = (): ReturnType<TestCloud['send']> =>
      test.send('PATCH', `${network}/virtualNetworks/vnet`, { tags: {} });
    const answers = Array.from({ length: 201 }, write);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(200);
    expect(answers.at(-1)).toMatchObject({
      status: 429,
      headers: { 'Retry-After': '1' },
      body: { error: { code: 'SubscriptionRequestsThrottled' } },
    });
    expect(Number(answers[0]?.headers['x-ms-ratelimit-remaining-subscription-writes'])).toBe(199);
    test.pass(1);
    expect(write().status).toBe(200);
  });
});

it('the same seed and the same requests give the same course, however often somebody looks', () => {
  const course = (looks: number): number[] => {
    const test = withMachine({}, { seed: 42 });
    const times: number[] = [];
    for (const action of ['restart', 'deallocate', 'start']) {
      const posted = test.send('POST', `${vm}/${action}`);
      while (text(test.poll(posted).body.status) === 'InProgress') {
        for (let look = 0; look < looks; look += 1) test.get(vm);
        test.pass(1);
      }
      times.push(test.cloud.now);
      test.pass(300);
    }
    return times;
  };
  expect(course(0)).toEqual(course(3));
});
