import type { RouterFilter } from '../../../local/azure/guest/types';
import { World, idOf } from './world';

const guest = { guestOf: 'hv-01' };
const metadata = { address: '169.254.169.254' };
const wireServer = { address: '168.63.129.16' };
const vEthernet = 'vEthernet (NestedSwitch)';

/** The filters of a finished host on this adapter instead, or on none. */
function filtered(alias: string | undefined): World {
  const world = new World();
  const { rras } = world.windows('hv-01');
  const filters: RouterFilter[] = rras.filters?.[vEthernet] ?? [];
  rras.filters = alias === undefined ? {} : { [alias]: filters };
  return world;
}

describe('the platform, as guests reach it', () => {
  it.each([80, 443])(
    'gives them the host’s metadata on port %i, since they come under its address',
    (port) => {
      expect(filtered(undefined).walk(guest, metadata, { port })).toMatchObject({
        ok: true,
        sourceSeen: '10.0.0.4',
      });
    },
  );

  it('is out of reach behind filters, except for DNS', () => {
    const world = filtered(vEthernet);
    expect(world.walk(guest, metadata, { port: 80 }).brokenBy).toEqual({
      element: 'host hv-01',
      reason: `a filter on ${vEthernet} drops tcp to 169.254.169.254`,
    });
    for (const port of [80, 32526]) expect(world.walk(guest, wireServer, { port }).ok).toBe(false);
    expect(world.walk(guest, 'dns')).toMatchObject({ ok: true, sourceSeen: '10.0.0.4' });
    expect(world.walk(guest, wireServer, { port: 53 }).ok).toBe(true);
    expect(world.walk(guest, 'internet', { port: 80 }).ok).toBe(true);
  });

  it('is open to the host itself, whose agent needs it', () => {
    const world = filtered(vEthernet);
    for (const to of [metadata, wireServer]) {
      expect(world.walk({ address: '10.0.0.4' }, to, { port: 80 })).toMatchObject({ ok: true });
    }
  });

  it('is not protected by filters on another adapter', () => {
    expect(filtered('Ethernet').walk(guest, metadata, { port: 80 }).ok).toBe(true);
  });

  it('answers no guest where the protocol is enforced, filters or not', () => {
    const world = filtered(undefined);
    const enforce = (service: string) => ({ enabled: true, [service]: { mode: 'Enforce' } });
    const reached = (service: string) => {
      world.set('hv-01', { securityProfile: { proxyAgentSettings: enforce(service) } });
      return [metadata, wireServer].map((to) => world.walk(guest, to, { port: 80 }).ok);
    };
    expect(reached('imds')).toEqual([false, true]);
    expect(reached('wireServer')).toEqual([true, false]);
    expect(world.walk(guest, wireServer, { port: 32526 }).brokenBy).toEqual({
      element: 'NIC hv-01-nat',
      id: idOf('Microsoft.Compute/virtualMachines', 'hv-01'),
      reason: "168.63.129.16 answers only what the machine's own agent has signed",
    });
    expect(world.walk(guest, 'dns').ok).toBe(true);
    expect(world.walk({ address: '10.0.0.4' }, wireServer, { port: 80 }).ok).toBe(true);
  });

  it('does not answer to NIC 2', () => {
    const world = filtered(undefined);
    const { routes, adapters } = world.windows('hv-01');
    const index = adapters.find(({ alias }) => alias === 'Ethernet 2')?.index ?? 0;
    routes.push({ prefix: '169.254.0.0/16', nextHop: '10.0.1.1', index, metric: 1, persistent: true });
    expect(world.walk(guest, metadata, { port: 80 }).brokenBy?.element).toBe('NIC hv-01-lan');
  });
});
