import { walk } from '../../../../shared/network/walk';
import { reportPath } from '../../../../shared/paths/report';
import { readEnds, type Ends } from '../../../../shared/paths/ends';
import { World } from '../../walk/world';
import { viewOf } from './simulated';

const guest = { guestOf: 'hv-01' };
const metadata = '169.254.169.254';
const wireServer = '168.63.129.16';
const vEthernet = 'vEthernet (NestedSwitch)';
const own = { address: '10.0.0.4' };

/** The host with its filters or without, and with the protocol enforced for these services. */
function world(filters: boolean, ...services: string[]): World {
  const made = new World();
  if (!filters) made.windows('hv-01').rras.filters = {};
  const modes = Object.fromEntries(services.map((service) => [service, { mode: 'Enforce' }]));
  const enabled = services.length > 0;
  made.set('hv-01', { securityProfile: { proxyAgentSettings: { enabled, ...modes } } });
  return made;
}

const asked = [
  [metadata, 80],
  [metadata, 443],
  [wireServer, 80],
  [wireServer, 32526],
  [wireServer, 53],
  [wireServer, 443],
] as const;
const settings = [true, false].flatMap((filters) =>
  [[], ['imds'], ['wireServer'], ['imds', 'wireServer']].map((services) => ({ filters, services })),
);

describe('the platform, as guests reach it', () => {
  it.each(settings)(
    'with filters: $filters, protocol for $services: as packets of the simulated one do',
    (one) => {
      const made = world(one.filters, ...one.services);
      const view = viewOf(made);
      for (const [address, port] of asked) {
        const { ok, brokenBy } = walk(view, guest, { address }, { port });
        expect([address, port, ok]).toEqual([address, port, made.walk(guest, { address }, { port }).ok]);
        if (!ok) expect(brokenBy?.kind).toBe('protection');
        // The host's own agent and whoever asks for a name are never in the way of it.
        expect(walk(view, own, { address }, { port }).ok).toBe(made.walk(own, { address }, { port }).ok);
      }
      expect(walk(view, guest, 'dns').ok).toBe(true);
    },
  );

  it('is closed by the filters first, and by the protocol where there are none', () => {
    const elementOf = (filters: boolean) =>
      walk(viewOf(world(filters, 'imds', 'wireServer')), guest, { address: metadata }).brokenBy?.element;
    expect([elementOf(true), elementOf(false)]).toEqual(['host hv-01', 'VM hv-01']);
  });

  it('is closed to nobody where filters let in what they name: such a list is a fault of the host', () => {
    const made = world(true);
    made.windows('hv-01').rras.filterLists = [vEthernet];
    const view = viewOf(made);
    expect(walk(view, guest, { address: metadata }).ok).toBe(true);
    expect(walk(view, guest, 'internet').brokenBy?.kind).toBe('host');
  });
});

describe('what /paths tells of it', () => {
  const known = { host: 'hv-01', hosts: ['hv-01'], subnets: [] };
  const report = (made: World, to: string) =>
    reportPath(viewOf(made), 'nested-fun', readEnds({ to }, known) as Ends);

  it.each([metadata, `${wireServer}:80`, `${wireServer}:32526`])('%s', (to) => {
    const closed = report(world(true), to);
    expect(closed).toMatchObject({
      to,
      ok: false,
      brokenBy: { kind: 'protection', name: 'host hv-01', leg: 'there' },
    });
    expect(closed.brokenBy?.remedy).toMatch(/^Nothing is wrong/);
    expect(report(world(false, 'imds', 'wireServer'), to)).toMatchObject({
      ok: false,
      brokenBy: {
        kind: 'protection',
        name: 'VM hv-01',
        element: expect.stringMatching(/virtualmachines\/hv-01$/) as string,
      },
    });
    expect(report(world(false), to)).toMatchObject({ to, ok: true, sourceSeen: '10.0.0.4' });
  });

  it('leaves DNS open', () => {
    for (const to of ['dns', `${wireServer}:53`]) expect(report(world(true, 'wireServer'), to).ok).toBe(true);
  });

  it('ports are of whom is asked, and between 1 and 65535', () => {
    const pointers = (query: object) =>
      (readEnds(query, known) as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers({ from: '10.0.3.4:80' })).toEqual(['/from']);
    for (const port of ['0', '65536', 'http', '', '080'])
      expect(pointers({ to: `${metadata}:${port}` })).toEqual(['/to']);
  });
});
