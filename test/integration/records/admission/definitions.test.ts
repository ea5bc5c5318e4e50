import { admit } from '../../../../shared/admission/admit';
import { withRecords } from '../azurite';
import { definitionOn, Door } from '../door';
import { ready, slugOf } from './ready';

const records = withRecords();

describe('admission of definitions', () => {
  const smaller = { ghosted: { pools: ['10.0.2.0/23'], prefixLength: 25 } };
  const touching = { outbound: { kind: 'publicIp' }, dnsServers: ['10.0.1.9'] };

  it('tells unchanged, running and changed apart', async () => {
    const door = await ready(records);
    const order = (key: string, changes?: object) =>
      door.define(`${key}-${door.network}`, definitionOn(door.network, changes));
    expect(await admit(door.context, order('again'))).toEqual({ kind: 'unchanged' });
    await admit(door.context, order('changed', smaller));
    expect(await admit(door.context, order('twin', smaller))).toMatchObject({
      operation: { id: `changed-${door.network}` },
    });
    expect(await slugOf(admit(door.context, order('third')))).toBe('network-busy');
    expect(await slugOf(admit(door.context, door.provision(`op-${door.network}`, 'hv-01')))).toBe(
      'network-not-ready',
    );
    await door.networkReady();
    expect((await door.everything()).network).toMatchObject({ definition: smaller, state: 'ready' });
  });

  it('refuses a change while hosts depend on it, and leaves the network as it was', async () => {
    const door = await ready(records);
    await admit(door.context, door.provision(`op-${door.network}`, 'hv-01'));
    const before = await door.everything();
    const change = door.define(`change-${door.network}`, definitionOn(door.network, touching));
    await expect(admit(door.context, change)).rejects.toMatchObject({
      slug: 'network-in-use',
      detail: expect.stringContaining('hv-01') as string,
      more: {
        errors: [
          { pointer: '/outbound', detail: expect.any(String) as string },
          { pointer: '/dnsServers', detail: expect.any(String) as string },
        ],
      },
    });
    expect(await door.everything()).toEqual(before);
  });

  it('counts a promise whose host is lost, and names all hosts of the network and of its table in one answer', async () => {
    const door = await ready(records, { routedSubnets: [{ name: 'Late', prefix: '10.0.1.128/25' }] });
    const neighbour = new Door(records, door.definition, `${door.network}-b`);
    await admit(neighbour.context, neighbour.define(`define-${neighbour.network}`));
    await neighbour.networkReady();
    await admit(neighbour.context, neighbour.provision(`op-${neighbour.network}`, 'hv-02'));
    await admit(door.context, door.provision(`op-${door.network}`, 'hv-01'));
    const row = await records.hosts.get(door.network, 'hv-01');
    await records.hosts.remove(door.network, 'hv-01', row?.etag ?? '');
    const before = await door.everything();
    const changed = { ...door.definition, dnsServers: ['10.0.1.9'], routedSubnets: [] };
    await expect(admit(door.context, door.define(`change-${door.network}`, changed))).rejects.toMatchObject({
      slug: 'network-in-use',
      more: {
        errors: [{ pointer: '/routedSubnets' }, { pointer: '/dnsServers' }],
        dependents: [
          { network: door.network, host: 'hv-01', promised: '10.0.3.0/24' },
          { network: neighbour.network, host: 'hv-02' },
        ],
      },
    });
    expect(await door.everything()).toEqual(before);
    // What only adds waits beside the present definition, by which leftovers are found.
    const wider = { ...door.definition, extraPrefixes: ['192.168.0.0/16'] };
    await admit(door.context, door.define(`wider-${door.network}`, wider));
    expect((await door.everything()).network).toMatchObject({ state: 'ready', definition: door.definition });
  });

  it('refuses to take a routed subnet off while a host of another network has its route in the same table', async () => {
    const door = await ready(records, { routedSubnets: [{ name: 'Late', prefix: '10.0.1.128/25' }] });
    const neighbour = new Door(records, door.definition, `${door.network}-b`);
    await admit(neighbour.context, neighbour.define(`define-${neighbour.network}`));
    await neighbour.networkReady();
    await admit(neighbour.context, neighbour.provision(`op-${neighbour.network}`, 'hv-01'));
    const fewer = { ...door.definition, routedSubnets: [] };
    await expect(admit(door.context, door.define(`fewer-${door.network}`, fewer))).rejects.toMatchObject({
      slug: 'network-in-use',
      detail: expect.stringContaining(`${neighbour.network}/hv-01`) as string,
    });
    const more = {
      ...fewer,
      routedSubnets: [
        ...door.definition.routedSubnets,
        { name: 'More', prefix: '10.0.0.128/25', create: false },
      ],
    };
    expect(await admit(door.context, door.define(`more-${door.network}`, more))).toMatchObject({
      kind: 'operation',
    });
  });

  it('lets one that only adds wait beside the present one while hosts depend on that', async () => {
    const door = await ready(records);
    await admit(door.context, door.provision(`op-${door.network}`, 'hv-01'));
    const id = `more-${door.network}`;
    const wider = definitionOn(door.network, { extraPrefixes: ['192.168.0.0/16'] });
    expect(await admit(door.context, door.define(id, wider))).toMatchObject({ operation: { id } });
    expect(await admit(door.context, door.define(`twin-${id}`, wider))).toMatchObject({ operation: { id } });
    expect((await door.everything()).network).toMatchObject({
      state: 'ready',
      definition: door.definition,
      pending: { definition: wider, operation: id },
    });
    expect(await slugOf(admit(door.context, door.provision(`late-${id}`, 'hv-02')))).toBe(
      'network-not-ready',
    );
    expect(await slugOf(admit(door.context, door.converge(`roll-${id}`)))).toBe('network-busy');
  });

  it('and a host never both get through', async () => {
    for (let round = 0; round < 5; round++) {
      const door = await ready(records);
      const change = door.define(`change-${door.network}`, definitionOn(door.network, touching));
      const outcomes = await Promise.allSettled([
        admit(door.context, change),
        admit(door.context, door.provision(`op-${door.network}`, 'hv-01')),
      ]);
      const through = outcomes.filter((outcome) => outcome.status === 'fulfilled').length;
      expect(through).toBeLessThan(2);
      const { network, hosts } = await door.everything();
      expect(network?.pending).toBeUndefined();
      expect(hosts.length === 1 && network?.state === 'defining').toBe(false);
    }
  });
});

describe('admission of roll-outs', () => {
  it('starts one at a time; the definition does not change meanwhile, hosts come and go', async () => {
    const door = await ready(records);
    const id = `roll-${door.network}`;
    expect(await admit(door.context, door.converge(id))).toMatchObject({ operation: { id } });
    expect(await admit(door.context, door.converge(`twin-${id}`))).toMatchObject({ operation: { id } });
    expect((await door.everything()).operations.map((one) => one.id)).not.toContain(`twin-${id}`);
    const wider = definitionOn(door.network, { extraPrefixes: ['192.168.0.0/16'] });
    expect(await slugOf(admit(door.context, door.define(`wider-${id}`, wider)))).toBe('network-busy');
    await admit(door.context, door.provision(`op-${id}`, 'hv-01'));
    expect((await door.everything()).network?.converging).toBe(id);
  });

  it('knows no other network', async () => {
    const door = new Door(records, definitionOn('nowhere'), 'nowhere');
    expect(await slugOf(admit(door.context, door.converge('roll-nowhere')))).toBe('unknown-network');
  });
});
