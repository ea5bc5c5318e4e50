import { readInventoryFacts, readVerifyFacts } from '../../../shared/guest';
import type { WindowsState } from '../../../local/azure/guest';
import { TestHost, firstHost, nicsOf } from './host';

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
      },
      nat: [{ nic: 1, interface: 'Ethernet', mode: 'full' }],
      routes: firstHost.routes,
      forwarding: { nic1: true, nic2: true, vEthernet: true },
      guestCount: 0,
      dnsProbes: [{ server: '168.63.129.16', answers: true }],
    });
  });

  it.each(['2016-datacenter', '2019-datacenter-core', '2022-datacenter-azure-edition', '2025-datacenter-g2'])(
    'ends the same on %s',
    (sku) => {
      expect(new TestHost(firstHost, sku).configured().run('verify').ok).toBe(true);
    },
  );

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
    expect(host.run('network', { routes })).toMatchObject({ ok: true, changed: ['route:10.10.0.0/16'] });
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

interface Defect {
  name: string;
  damage: (state: WindowsState) => void;
  /** Check of verify that names it. */
  check: string;
  /** Undefined: network repairs it. Otherwise it is reported with this code and left alone. */
  refused?: string;
}

const at = (state: WindowsState, alias: string) => {
  const adapter = state.adapters.find((one) => one.alias === alias);
  if (!adapter) throw new Error(alias);
  return adapter;
};
const vEthernet = 'vEthernet (NestedSwitch)';
const scope = (state: WindowsState) => {
  const found = state.dhcp.scopes['10.0.2.0'];
  if (!found) throw new Error('no scope');
  return found;
};
const stop = (name: string) => (state: WindowsState) => {
  state.services[name] = { status: 'Stopped', startType: 'Automatic' };
};

const defects: Defect[] = [
  {
    name: 'forwarding off on NIC 1',
    check: 'forwarding',
    damage: (s) => (at(s, 'Ethernet').forwarding = false),
  },
  {
    name: 'forwarding off on NIC 2',
    check: 'forwarding',
    damage: (s) => (at(s, 'Ethernet 2').forwarding = false),
  },
  {
    name: 'forwarding off on the switch',
    check: 'forwarding',
    damage: (s) => (at(s, vEthernet).forwarding = false),
  },
  { name: 'RemoteAccess stopped', check: 'rras', damage: stop('RemoteAccess') },
  {
    name: 'RemoteAccess not automatic',
    check: 'rras',
    damage: (s) => (s.services.RemoteAccess = { status: 'Running', startType: 'Manual' }),
  },
  { name: 'RRAS unconfigured', check: 'rras', damage: (s) => (s.rras.routing = 'Uninstalled') },
  { name: 'NAT lost', check: 'nat', damage: (s) => (s.nat.interfaces = {}) },
  { name: 'NAT uninstalled', check: 'nat', damage: (s) => (s.nat.installed = false) },
  { name: 'NAT private on NIC 1', check: 'nat', damage: (s) => (s.nat.interfaces.Ethernet = 'private') },
  { name: 'NAT on NIC 2 too', check: 'nat', damage: (s) => (s.nat.interfaces['Ethernet 2'] = 'full') },
  {
    name: 'NAT on NIC 2 instead',
    check: 'nat',
    damage: (s) => (s.nat.interfaces = { 'Ethernet 2': 'full' }),
  },
  {
    name: 'WinNAT on the guests',
    check: 'netNat',
    damage: (s) => s.netNats.push({ name: 'Lab', internalPrefix: '10.0.2.0/24' }),
    refused: 'foreignNetNat',
  },
  ...firstHost.routes.map(({ prefix }) => ({
    name: `route ${prefix} missing`,
    check: 'routes',
    damage: (s: WindowsState) => (s.routes = s.routes.filter((route) => route.prefix !== prefix)),
  })),
  {
    name: 'VNet route on the wrong gateway',
    check: 'routes',
    damage: (s) => {
      for (const route of s.routes) if (route.prefix === '10.0.0.0/22') route.nextHop = '10.0.1.99';
    },
    refused: 'foreignRoute',
  },
  {
    name: 'DNS pinned to NIC 2 as well',
    check: 'routeSelection',
    damage: (s) =>
      s.routes.push({
        prefix: '168.63.129.16/32',
        nextHop: '10.0.1.1',
        index: at(s, 'Ethernet 2').index,
        metric: 1,
        persistent: true,
      }),
    refused: 'foreignRoute',
  },
  {
    name: 'default route on NIC 2',
    check: 'defaultRoute',
    damage: (s) =>
      s.routes.push({
        prefix: '0.0.0.0/0',
        nextHop: '10.0.1.1',
        index: at(s, 'Ethernet 2').index,
        metric: 5015,
        persistent: true,
      }),
    refused: 'defaultRoute',
  },
  {
    name: 'switch gone',
    check: 'switch',
    damage: (s) => {
      const { index } = at(s, vEthernet);
      s.switches = [];
      s.adapters = s.adapters.filter((adapter) => adapter.index !== index);
      s.addresses = s.addresses.filter((address) => address.index !== index);
    },
  },
  {
    name: 'switch of another type',
    check: 'switch',
    damage: (s) => (s.switches = [{ name: 'NestedSwitch', type: 'External' }]),
    refused: 'switchType',
  },
  {
    name: 'address with another mask',
    check: 'address',
    damage: (s) => {
      for (const one of s.addresses) if (one.address === '10.0.2.1') one.prefixLength = 16;
    },
  },
  {
    name: 'address gone',
    check: 'address',
    damage: (s) => (s.addresses = s.addresses.filter(({ address }) => address !== '10.0.2.1')),
  },
  { name: 'DHCP stopped', check: 'dhcpService', damage: stop('DHCPServer') },
  { name: 'DHCP unbound', check: 'dhcpBinding', damage: (s) => (s.dhcp.bindings[vEthernet] = false) },
  { name: 'DHCP on NIC 1', check: 'dhcpBinding', damage: (s) => (s.dhcp.bindings.Ethernet = true) },
  { name: 'scope gone', check: 'dhcpScope', damage: (s) => (s.dhcp.scopes = {}) },
  { name: 'scope inactive', check: 'dhcpScope', damage: (s) => (scope(s).state = 'Inactive') },
  { name: 'scope range', check: 'dhcpScope', damage: (s) => (scope(s).end = '10.0.2.100') },
  { name: 'scope mask', check: 'dhcpScope', damage: (s) => (scope(s).mask = '255.255.0.0') },
  { name: 'scope router', check: 'dhcpScope', damage: (s) => (scope(s).router = ['10.0.2.254']) },
  { name: 'scope DNS', check: 'dhcpScope', damage: (s) => (scope(s).dns = ['8.8.8.8']) },
  { name: 'Hyper-V service stopped', check: 'hypervisor', damage: stop('vmms'), refused: 'timeout' },
  {
    name: 'feature removed',
    check: 'features',
    damage: (s) => (s.features.DHCP = 'Available'),
    refused: 'featuresNotReady',
  },
];

describe.each(defects)('$name', ({ damage, check, refused }) => {
  const host = new TestHost().configured();
  damage(host.state);

  it(`is named by verify under ${check}`, () => {
    const result = host.run('verify');
    expect(result).toMatchObject({ ok: false, error: { code: 'verifyFailed' } });
    expect(result.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toContain(check);
  });

  it(refused === undefined ? 'is repaired by network' : `is reported by network as ${refused}`, () => {
    const result = host.run('network');
    if (refused === undefined) {
      expect(result.error).toBeUndefined();
      expect(result.changed).not.toEqual([]);
      expect(host.run('verify')).toMatchObject({ ok: true });
      expect(host.run('network')).toMatchObject({ ok: true, changed: [] });
    } else {
      expect(result).toMatchObject({ ok: false, changed: [], error: { code: refused } });
    }
  });
});
