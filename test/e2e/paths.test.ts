import type { WalkEnd } from '../../local/launch/adminClient';
import { createCustomerVm, subnetId } from '../../local/launch/world';
import type { PathsDocument } from '../../orchestrations/activities/paths';
import type { PathReport } from '../../shared/paths/report';
import { ended, order, startSystem, type Running } from './harness';
import { readingOf } from './planning';
import { reconcile } from './reconciliation';

jest.setTimeout(180_000);

let running: Running;
beforeAll(async () => {
  running = await startSystem();
  await createCustomerVm(running.system, running.world, 'app-01', 'Azure-VMs');
  const operations = [await order(running.system, 'hv-01'), await order(running.system, 'hv-02')];
  for (const id of operations) {
    expect(await ended(running.system, id)).toMatchObject({ status: 'succeeded' });
  }
});
afterAll(async () => await running?.stop());

/** Paths of a host. */
async function paths(query = '', host = 'hv-01'): Promise<PathsDocument> {
  const path = `/hosts/nested-fun/${host}/paths${query}`;
  const { status, body } = await readingOf<PathsDocument>(running.system, 'GET', path);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}

async function only(query: string): Promise<PathReport> {
  const [path, ...more] = (await paths(query)).paths;
  expect(more).toEqual([]);
  if (!path) throw new Error('no path');
  return path;
}

const network = (path: string): string =>
  running.system.arm.id(running.world.resourceGroup, `Microsoft.Network/${path}`);
const lower = (id: string): string => id.toLowerCase();

/** The same way in the words of the simulated Azure. */
function walkEnd(label: string): WalkEnd {
  const [kind, name = ''] = label.split(':');
  if (kind === 'guest') return { guestOf: name };
  if (kind === 'subnet') return { subnet: name };
  return label === 'internet' || label === 'dns' ? label : { address: label };
}

/** Asks the simulated Azure whether it sends packets as the app says; ends where nobody lives cannot be compared. */
async function agreed({ paths: all }: PathsDocument): Promise<void> {
  for (const { from, to, ok, sourceSeen, assumed } of all) {
    if (assumed) continue;
    const truth = await running.system.admin.walk(walkEnd(from), walkEnd(to));
    expect({ from, to, ok: truth.ok }).toEqual({ from, to, ok });
    if (ok) expect(truth.sourceSeen).toBe(sourceSeen);
  }
}

it('guests are kept from the identity of their host by filters, and without them by the protocol', async () => {
  const { admin } = running.system;
  const machine = running.system.arm.id(
    running.world.resourceGroup,
    'Microsoft.Compute/virtualMachines/hv-01',
  );
  const closed = ['169.254.169.254', '168.63.129.16:80', '168.63.129.16:32526'];
  for (const to of closed) {
    const path = await only(`?to=${to}`);
    expect(path).toMatchObject({ to, ok: false, brokenBy: { kind: 'protection', name: 'host hv-01' } });
  }
  const { guests } = await admin.state();
  const { filters } = guests[machine.toLowerCase()]?.rras ?? {};
  await admin.patchGuest(machine, { rras: { filters: null } });
  await verifiedAnew();
  for (const to of closed) {
    const path = await only(`?to=${to}`);
    expect(path).toMatchObject({ to, ok: false, brokenBy: { kind: 'protection', element: lower(machine) } });
  }
  expect((await only('?to=dns')).ok).toBe(true);
  await admin.patchGuest(machine, { rras: { filters } });
  await verifiedAnew();
});

/** What is told of a host is what it said itself last. */
async function verifiedAnew(): Promise<void> {
  await reconcile(running.system, 'nested-fun', { dryRun: true, verifyGuests: true });
}

it('all ways are open on hosts that are ready, as the network itself has it', async () => {
  const writes = (await running.system.admin.requests()).counts.writes;
  const document = await paths();
  expect(document.paths.filter(({ ok }) => !ok)).toEqual([]);
  expect(document).toMatchObject({ network: 'nested-fun', host: 'hv-01', ok: true, unread: [] });
  expect(document.hosts).toEqual({ 'hv-01': expect.stringMatching(/^20/) as string, 'hv-02': 'planned' });
  expect(document.paths.map(({ from, to }) => `${from} ${to}`)).toEqual([
    'guest:hv-01 subnet:Azure-VMs',
    'subnet:Azure-VMs guest:hv-01',
    'guest:hv-01 subnet:Hyper-V-LAN',
    'subnet:Hyper-V-LAN guest:hv-01',
    'guest:hv-01 guest:hv-02',
    'guest:hv-02 guest:hv-01',
    'guest:hv-01 dns',
    'guest:hv-01 internet',
  ]);
  await agreed(document);
  expect((await running.system.admin.requests()).counts.writes).toBe(writes);
});

it('one way tells each hop there and back', async () => {
  const path = await only('?to=internet');
  expect(path).toMatchObject({ from: 'guest:hv-01', source: '10.0.2.2', sourceSeen: '10.0.0.4', ok: true });
  expect(path.there.map(({ at }) => at)).toContain('host hv-01');
  expect(path.back.length).toBeGreaterThan(0);
});

it('names every mistake in what is asked', async () => {
  const { app } = running.system;
  const answer = await app.send<{ errors: { pointer: string }[] }>(
    'GET',
    '/hosts/nested-fun/hv-01/paths?from=guest:hv-99&to=subnet:Nowhere',
  );
  expect(answer.status).toBe(400);
  expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(['/from', '/to']);
  expect((await app.send('GET', '/hosts/nested-fun/hv-99/paths')).status).toBe(404);
  expect((await app.send('GET', '/paths/paths-nothing')).status).toBe(404);
});

describe('what is changed by hand is named', () => {
  const way = '?from=subnet:Azure-VMs&to=guest';
  const broken = async (query = way) => {
    const path = await only(query);
    await agreed({ ...(await paths(query)) });
    expect(path).toMatchObject({ ok: false });
    return path.brokenBy;
  };

  it('IP forwarding off at NIC 2', async () => {
    const nic = network('networkInterfaces/hv-01-lan');
    await running.system.admin.patchResource(nic, { properties: { enableIPForwarding: false } });
    expect(await broken()).toMatchObject({
      element: lower(nic),
      kind: 'interface',
      leg: 'there',
      remedy: expect.stringContaining('forwarding') as string,
    });
    await running.system.admin.patchResource(nic, { properties: { enableIPForwarding: true } });
  });

  it('the route removed', async () => {
    const table = network('routeTables/Routes-for-nested-VMs');
    const route = `${table}/routes/Nested-VMs-hv-01`;
    const { body } = await running.system.arm.get(route);
    await running.system.arm.delete(route);
    expect(await broken()).toMatchObject({
      element: lower(table),
      kind: 'routeTable',
      remedy: expect.stringContaining('reconciliations') as string,
    });
    await running.system.arm.put(route, { properties: body.properties });
    expect(await only(way)).toMatchObject({ ok: true });
  });

  it('a rule of a security group', async () => {
    const { arm, admin } = running.system;
    const group = network('networkSecurityGroups/strict');
    const rule = {
      priority: 100,
      direction: 'Outbound',
      access: 'Deny',
      protocol: '*',
      sourceAddressPrefix: '*',
      sourcePortRange: '*',
      destinationAddressPrefix: '10.0.2.0/24',
      destinationPortRange: '*',
    };
    await arm.put(group, {
      location: running.world.location,
      properties: { securityRules: [{ name: 'no-guests', properties: rule }] },
    });
    const subnet = subnetId(running.system, running.world, 'Azure-VMs');
    await admin.patchResource(subnet, { properties: { networkSecurityGroup: { id: group } } });
    expect(await broken()).toMatchObject({
      element: lower(group),
      kind: 'securityGroup',
      reason: expect.stringContaining('no-guests') as string,
    });
    await admin.patchResource(subnet, { properties: { networkSecurityGroup: null } });
  });
});
