import { createWindows, knownPhase, rebootWindows, runScript } from '../../../local/azure/guest';
import type { Quirks } from '../../../local/azure/guest';
import { Faults } from '../../../local/azure/edge/faults';
import { scriptOf } from '../../../shared/guest';
import { nicBody, nicId, text, vmBody, vmId, withNetwork } from '../azure/support';
import type { TestCloud } from '../azure/support';
import { TestHost, firstHost } from './host';

const with_ = (quirks: Quirks, host = new TestHost()): TestHost => {
  host.state.quirks = quirks;
  return host;
};

describe('Windows that behaves badly', () => {
  it('cannot nest: the role is refused before anything is changed', () => {
    const host = with_({ cannotNest: true });
    const result = host.run('features');
    expect(result).toMatchObject({ ok: false, error: { code: 'nestedVirtualizationUnavailable' } });
    expect(result.changed).toEqual([]);
  });

  it('loses NAT at so many boots, and no longer', () => {
    const host = new TestHost().configured();
    with_({ losesNatAtBoots: 2 }, host);
    for (const lost of [true, true, false]) {
      host.start();
      expect(Object.keys(host.state.nat.interfaces)).toEqual(lost ? [] : ['Ethernet']);
      host.run('network');
      expect(host.run('verify')).toMatchObject({ ok: true });
    }
  });

  it('settles late: the phase waits, and fails where it would wait too long', () => {
    const seconds = (quirks: Quirks) => {
      const host = new TestHost();
      host.run('features');
      return with_(quirks, host).reboot().outcome('network').durationSeconds;
    };
    const usual = seconds({});
    expect(seconds({ routerSettlesAfterSeconds: 150 })).toBeGreaterThan(usual + 50);
    const host = new TestHost();
    host.run('features');
    with_({ routerSettlesAfterSeconds: 900 }, host).reboot();
    expect(host.run('network')).toMatchObject({ ok: false, error: { code: 'timeout' } });
    expect(host.run('network')).toMatchObject({ ok: true });
  });

  it('does not take a late adapter for NAT until RRAS is configured anew', () => {
    const host = new TestHost().configured();
    with_({ ignoresLateAdapters: true }, host);
    host.state.nat.interfaces = {};
    host.state.rras.interfaces = host.state.rras.interfaces.filter((alias) => alias !== 'Ethernet');
    host.start();
    expect(host.state.rras.interfaces).not.toContain('Ethernet');
    expect(host.run('network')).toMatchObject({ ok: true, changed: ['nat:nic1', 'metadata'] });
    expect(host.state.rras.interfaces).toContain('Ethernet');
  });

  it('does not take filters for a switch that came late until RRAS is configured anew', () => {
    const host = new TestHost().configured();
    with_({ ignoresLateAdapters: true }, host);
    host.state.switches = [];
    host.state.adapters = host.state.adapters.filter(({ kind }) => kind !== 'vEthernet');
    host.state.rras.interfaces = ['Ethernet', 'Ethernet 2'];
    delete host.state.rras.filters;
    const { ok, changed } = host.run('network');
    expect({ ok, changed }).toMatchObject({ ok: true });
    expect(changed).toEqual(expect.arrayContaining(['switch', 'rras', 'nat:nic1', 'metadata']));
    expect(host.reboot().run('verify')).toMatchObject({ ok: true });
  });
});

describe('the adapters after a deallocation', () => {
  const restarted = (adaptersAfterDeallocation: 'renamed' | 'replaced') =>
    with_({ adaptersAfterDeallocation }, new TestHost().configured()).start({ deallocated: true }).state;
  const nics = ({ adapters }: TestHost['state']) =>
    adapters.filter(({ kind }) => kind === 'synthetic').map(({ index, alias, mac }) => [index, alias, mac]);

  it('are the same without cause', () => {
    expect(nics(new TestHost().configured().deallocated().state)).toEqual(
      nics(new TestHost().configured().state),
    );
  });

  it('may have other names, NIC 2 that of NIC 1', () => {
    expect(nics(restarted('renamed'))).toEqual([
      [5, 'Ethernet 3', firstHost.nic1.mac],
      [8, 'Ethernet', firstHost.nic2.mac],
    ]);
  });

  it('may be new ones, for which nothing is configured', () => {
    const state = restarted('replaced');
    expect(nics(state)).toEqual([
      [14, 'Ethernet 3', firstHost.nic1.mac],
      [17, 'Ethernet 4', firstHost.nic2.mac],
    ]);
    expect(state.adapters.filter(({ forwarding }) => forwarding).map(({ alias }) => alias)).toEqual([
      'vEthernet (NestedSwitch)',
    ]);
    // Windows keeps the routes of the old ones, but nothing goes by them.
    expect(state.routes.filter(({ persistent }) => persistent).every(({ inactive }) => inactive)).toBe(true);
  });
});

describe('a machine whose Windows behaves badly', () => {
  const vm = vmId('hv-01');
  const guest = { createWindows, rebootWindows, runScript, knownPhase };
  const machine = (test: TestCloud) => test.cloud.machine(vm);
  const bootTime = (test: TestCloud) => machine(test)?.guest?.bootTime ?? '';
  const agent = (test: TestCloud): string =>
    text(test.get(`${vm}/instanceView`).body.vmAgent?.statuses?.[0]?.displayStatus);
  const planted = (quirks: Quirks, path = '/hv-01$'): TestCloud => {
    const test = withNetwork({ guest });
    new Faults(test.cloud).add({ match: { path }, effect: { kind: 'windows', quirks } });
    test.send('PUT', nicId('hv-01-nat'), nicBody('nat'));
    test.send('PUT', nicId('hv-01-lan'), nicBody('lan'));
    test.settle('PUT', vm, vmBody('hv-01', ['hv-01-nat', 'hv-01-lan']));
    return test;
  };

  it('was asked to before it was created', () => {
    expect(machine(planted({ cannotNest: true }))?.guest?.quirks).toEqual({ cannotNest: true });
    expect(machine(planted({ cannotNest: true }, '/hv-02$'))?.guest?.quirks).toBeUndefined();
  });

  it('restarts a second time by itself after the role, and only then', () => {
    const test = planted({ restartsAgainAfterSeconds: 40 });
    const guest = machine(test)?.guest;
    if (!guest) throw new Error('no Windows');
    const boots = (): number => {
      test.send('POST', `${vm}/restart`);
      const seen = new Set<string>();
      for (let second = 0; second < 400; second += 5) {
        test.pass(5);
        seen.add(bootTime(test));
      }
      return seen.size - 1;
    };
    guest.features['Hyper-V'] = 'InstallPending';
    expect(boots()).toBe(2);
    expect(agent(test)).toBe('Ready');
    expect(boots()).toBe(1);
  });

  it('loses what ran when it restarts by itself', () => {
    const test = planted({ restartsAgainAfterSeconds: 60 });
    const guest = machine(test)?.guest;
    if (guest) guest.features['Hyper-V'] = 'InstallPending';
    const before = bootTime(test);
    test.send('POST', `${vm}/restart`);
    while (bootTime(test) === before) test.pass(1);
    while (machine(test)?.agent.state !== 'ready') test.pass(1);
    test.send('PUT', `${vm}/runCommands/late`, {
      location: 'westeurope',
      properties: { source: { script: scriptOf('features') }, asyncExecution: true, timeoutInSeconds: 300 },
    });
    test.pass(200);
    const view = test.get(`${vm}/runCommands/late?$expand=instanceView`).body.properties?.instanceView;
    expect(text(view?.executionState)).not.toBe('Succeeded');
  });

  it('shows the agent’s report from before the restart for long', () => {
    const readyFor = (quirks: Quirks): number => {
      const test = planted(quirks);
      const before = bootTime(test);
      test.send('POST', `${vm}/restart`);
      while (bootTime(test) === before) test.pass(1);
      let seconds = 0;
      for (; agent(test) === 'Ready' && seconds < 600; seconds += 1) test.pass(1);
      return seconds;
    };
    expect(readyFor({ agentStaleForSeconds: 120 })).toBeGreaterThan(readyFor({}) + 100);
  });

  it('comes up on other hardware after a deallocation only', () => {
    const test = planted({ adaptersAfterDeallocation: 'replaced' });
    const indexes = () => machine(test)?.guest?.adapters.map(({ index }) => index);
    const before = indexes();
    test.settle('POST', `${vm}/restart`);
    expect(indexes()).toEqual(before);
    test.settle('POST', `${vm}/deallocate`);
    test.settle('POST', `${vm}/start`);
    expect(indexes()).not.toEqual(before);
  });
});
