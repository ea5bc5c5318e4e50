import { createWindows } from '../../../local/azure/guest';
import { TestHost, firstHost } from './host';
import { images } from './images';

it('a startup task that never ran is told; one that ran before and does not now is a fault', () => {
  const host = new TestHost();
  host.run('features');
  host.reboot().run('network');
  expect(host.start().run('verify')).toMatchObject({ ok: true, facts: { warnings: ['bootTaskUnseen'] } });
  expect(host.reboot().run('verify').facts).not.toHaveProperty('warnings');
  expect(host.start().run('verify').error?.message).toBe('Not as planned: bootTask.');
});

/** What happens to a ready host, time after time, without the control plane. */
const lives: Record<string, (host: TestHost) => unknown> = {
  restarted: (host) => host.reboot(),
  'restarted, and NAT is lost each time': (host) => {
    host.state.nat.interfaces = {};
    host.state.quirks = { losesNatAtBoots: 1 };
    return host.reboot();
  },
  'deallocated and started': (host) => host.deallocated(),
  'deallocated and started, its NICs under other names': (host) => {
    host.state.quirks = { adaptersAfterDeallocation: 'renamed' };
    return host.deallocated();
  },
  'deallocated and started on other hardware, and NAT is lost each time': (host) => {
    host.state.quirks = { adaptersAfterDeallocation: 'replaced', losesNatAtBoots: 1 };
    return host.deallocated();
  },
  'redeployed, its NICs found in the other order, and NAT is lost each time': (host) => {
    host.state.quirks = { adaptersAfterDeallocation: 'reordered', losesNatAtBoots: 1 };
    return host.deallocated();
  },
};

describe.each(images.flatMap((image) => [false, true].map((accelerated) => ({ image, accelerated }))))(
  'a ready host with $image, accelerated: $accelerated',
  ({ image, accelerated }) => {
    it.each(Object.keys(lives))('passes verify again and again when it is %s', (life) => {
      const host = new TestHost(firstHost, image, accelerated).configured();
      for (let boots = 1; boots <= 3; boots++) {
        lives[life]?.(host);
        expect(host.run('verify')).toMatchObject({ ok: true });
      }
      expect(host.run('network')).toMatchObject({ ok: true, changed: [], restartNeeded: false });
    });
  },
);

describe('the startup task', () => {
  const boot = 'C:\\ProgramData\\nested-hosts\\boot.';

  it('does nothing with a script that is not known, nor with parameters that would be refused', () => {
    for (const [file, text] of [
      ['ps1', 'Stop-Computer'],
      ['txt', Buffer.from('{"schema":1,"phase":"network"}').toString('base64')],
    ] as const) {
      const host = new TestHost().configured();
      host.state.files[`${boot}${file}`] = text;
      host.state.nat.interfaces = {};
      host.reboot();
      expect(host.state.nat.interfaces).toEqual({});
      expect(host.run('verify').checks).toContainEqual(
        expect.objectContaining({ name: 'bootTask', ok: false }),
      );
    }
  });

  it('is not missed on a host that others built', () => {
    const host = new TestHost().configured();
    host.state.files = {};
    host.state.startupTasks = {};
    expect(host.run('verify')).toMatchObject({ ok: true });
  });

  it('asks for no restart, and the control plane finds none due', () => {
    const host = new TestHost().configured();
    host.state.quirks = { losesNatAtBoots: 1 };
    host.reboot();
    expect(host.run('network')).toMatchObject({ ok: true, changed: [], restartNeeded: false });
  });

  it('is gone after deconfigure, so that nothing comes back', () => {
    const host = new TestHost().configured();
    expect(host.run('deconfigure', { routesHere: 0 })).toMatchObject({ ok: true });
    const image = createWindows({
      computerName: 'hv-01',
      imageSku: '2022-datacenter-g2',
      nics: [],
      now: 0,
      random: host.random,
    });
    const { switches, nat, startupTasks } = host.reboot().state;
    expect({ switches, nat, startupTasks }).toEqual({
      switches: image.switches,
      nat: image.nat,
      startupTasks: image.startupTasks,
    });
    expect(host.run('deconfigure', { routesHere: 0 })).toMatchObject({ ok: true, changed: [] });
  });
});
