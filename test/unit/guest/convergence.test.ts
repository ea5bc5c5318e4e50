import { readInventoryFacts, readVerifyFacts } from '../../../shared/guest';
import { TestHost, firstHost, nicsOf } from './host';
import { images } from './images';

describe('a fresh host', () => {
  it('goes through features, restart, network, restart, verify', () => {
    const host = new TestHost();
    const features = host.run('features');
    expect(features).toMatchObject({ ok: true, restartNeeded: true });
    expect(features.changed).toContain('feature:Hyper-V');
    const network = host.reboot().run('network', { notBootedAt: features.bootTime });
    expect(network).toMatchObject({ ok: true, restartNeeded: true });
    const verify = host.reboot().run('verify', { notBootedAt: network.bootTime });
    expect(verify).toMatchObject({ ok: true, changed: [], restartNeeded: false });
    expect(verify.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(readVerifyFacts(verify)).toEqual({
      missingFeatures: [],
      switch: { name: 'NestedSwitch', type: 'Internal' },
      vEthernet: { address: '10.0.2.1', prefixLength: 24 },
      dhcp: {
        name: 'Nested VMs',
        start: '10.0.2.2',
        end: '10.0.2.254',
        mask: '255.255.255.0',
        state: 'Active',
        router: ['10.0.2.1'],
        dns: ['168.63.129.16'],
        free: 253,
        inUse: 0,
      },
      nat: [{ nic: 1, interface: 'Ethernet', mode: 'full' }],
      metadata: { open: [], only: false },
      routes: firstHost.routes,
      forwarding: { nic1: true, nic2: true, vEthernet: true },
      guestCount: 0,
      dnsProbes: [{ server: '168.63.129.16', answers: true }],
    });
  });

  it.each(images)('ends the same on %s', (sku) => {
    expect(new TestHost(firstHost, sku).configured().run('verify').ok).toBe(true);
  });

  it('gives guests a DNS suffix where one is asked for', () => {
    const host = new TestHost({ ...firstHost, dnsSuffix: 'corp.example' }).configured();
    expect(readVerifyFacts(host.run('verify'))?.dhcp).toMatchObject({ suffix: 'corp.example' });
    expect(host.run('network').changed).toEqual([]);
    const without = new TestHost().configured();
    expect(without.run('verify', { dnsSuffix: 'corp.example' })).toMatchObject({ ok: false });
    expect(without.run('network', { dnsSuffix: 'corp.example' }).changed).toEqual([
      'dhcp:suffix',
      'boot:parameters',
    ]);
    expect(without.run('verify', { dnsSuffix: 'corp.example' }).ok).toBe(true);
  });

  it('refuses network before the restart, and says why', () => {
    const host = new TestHost();
    host.run('features');
    expect(host.run('network')).toMatchObject({
      ok: false,
      changed: [],
      error: { code: 'featuresNotReady', message: expect.stringContaining('Hyper-V') as string },
    });
  });

  it('asks for another try while Windows is still in the boot of the phase before', () => {
    const host = new TestHost();
    const { bootTime } = host.run('features');
    const before = structuredClone(host.state);
    expect(host.run('network', { notBootedAt: bootTime })).toMatchObject({
      ok: false,
      error: { code: 'notRestarted' },
    });
    expect(host.state).toEqual(before);
  });

  it('still asks for the restart when the phase is run again in the same boot', () => {
    const host = new TestHost();
    host.run('features');
    expect(host.run('features')).toMatchObject({ ok: true, changed: [], restartNeeded: true });
    expect(host.reboot().run('features')).toMatchObject({ ok: true, changed: [], restartNeeded: false });
  });

  it('does not run on an older Windows', () => {
    const host = new TestHost();
    host.state.os = 'Microsoft Windows Server 2012 Datacenter';
    expect(host.run('features').error?.code).toBe('unsupportedWindows');
  });
});

describe('a finished host', () => {
  it.each(['features', 'network', 'verify', 'inventory'] as const)('is left as it is by %s', (phase) => {
    const host = new TestHost().configured();
    const before = structuredClone(host.state);
    expect(host.run(phase)).toMatchObject({ ok: true, changed: [], restartNeeded: false });
    expect(host.state).toEqual(before);
  });

  it('passes verify after every further reboot', () => {
    const host = new TestHost().configured();
    for (let boots = 0; boots < 3; boots++) expect(host.reboot().run('verify').ok).toBe(true);
  });

  it('is recognised by MAC when its adapters come back under other names', () => {
    const host = new TestHost().configured();
    const names: Record<string, string> = { Ethernet: 'Ethernet 7', 'Ethernet 2': 'Ethernet' };
    for (const adapter of host.state.adapters) adapter.alias = names[adapter.alias] ?? adapter.alias;
    const drifted = host.run('verify');
    expect(drifted.error?.code).toBe('verifyFailed');
    expect(host.run('network')).toMatchObject({ ok: true });
    expect(readVerifyFacts(host.run('verify'))?.nat).toContainEqual({
      nic: 1,
      interface: 'Ethernet 7',
      mode: 'full',
    });
  });

  it('is not confused by the twin adapters of accelerated networking', () => {
    const host = new TestHost();
    const nics = nicsOf(firstHost).map((nic) => ({ ...nic, acceleratedNetworking: true }));
    host.reboot(nics).run('features');
    host.reboot(nics).run('network');
    expect(host.reboot(nics).run('verify').ok).toBe(true);
    expect(host.state.adapters.filter(({ kind }) => kind === 'vf')).toHaveLength(2);
  });

  it('follows a changed plan and removes only the routes it made itself', () => {
    const host = new TestHost().configured();
    const foreign = { prefix: '172.20.0.0/16', nextHop: '10.0.1.9', index: 6, metric: 1, persistent: true };
    host.state.routes.push({ ...foreign, index: host.state.routes.at(-1)?.index ?? 0 });
    const routes = firstHost.routes.slice(0, 3);
    expect(host.run('network', { routes })).toMatchObject({
      ok: true,
      changed: ['route:10.10.0.0/16', 'boot:parameters'],
    });
    expect(host.state.routes.map(({ prefix }) => prefix)).toContain('172.20.0.0/16');
    expect(host.state.routes.map(({ prefix }) => prefix)).not.toContain('10.10.0.0/16');
  });

  it('counts guests in every state, and fails where it cannot count', () => {
    const host = new TestHost().configured();
    host.state.nestedVms = [
      { name: 'a', state: 'Running' },
      { name: 'b', state: 'Saved' },
    ];
    expect(readInventoryFacts(host.run('inventory'))).toEqual({
      count: 2,
      guests: host.state.nestedVms,
    });
    host.state.services.vmms = { status: 'Stopped', startType: 'Automatic' };
    const result = host.run('inventory');
    expect(result).toMatchObject({ ok: false, error: { code: 'cannotCount' } });
    expect(readInventoryFacts(result)).toBeUndefined();
  });

  it('has no guests before Hyper-V is there', () => {
    expect(readInventoryFacts(new TestHost().run('inventory'))).toEqual({ count: 0, guests: [] });
  });

  it('keeps its result within the output limit, however many routes there are and however much is wrong', () => {
    const routes = Array.from({ length: 60 }, (_, index) => ({
      prefix: `172.16.${index + 100}.0/24`,
      gateway: '10.0.1.1',
      nic: 2 as const,
      metric: 256,
    }));
    const host = new TestHost({
      ...firstHost,
      routes,
      switchName: 'S'.repeat(63),
      scopeName: 's'.repeat(63),
    });
    host.configured();
    expect(host.outcome('verify').output.length).toBeLessThan(3600);
    expect(readVerifyFacts(host.run('verify'))).toMatchObject({ truncated: true });
    host.state.routes = [];
    host.state.nat.interfaces = {};
    host.state.services = {};
    host.state.dhcp.scopes = {};
    expect(host.outcome('verify').output.length).toBeLessThan(3600);
  });

  it('keeps its result within the output limit, however many guests there are', () => {
    const host = new TestHost().configured();
    host.state.nestedVms = Array.from({ length: 400 }, (_, index) => ({
      name: `guest-with-a-rather-long-name-\u00e9-${index}`,
      state: 'Off' as const,
    }));
    const outcome = host.outcome('inventory');
    expect(outcome.output.length).toBeLessThan(3600);
    expect(outcome.output).toMatch(/^[\x20-\x7e\r\n]*$/);
    const facts = readInventoryFacts(host.run('inventory'));
    expect(facts).toMatchObject({ count: 400, truncated: true });
    expect(facts?.guests.length).toBeGreaterThan(10);
  });
});
