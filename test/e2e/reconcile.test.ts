import { createHash } from 'node:crypto';
import type { ArmResource } from '../../local/azure/types';
import { subnetId } from '../../local/launch/world';
import { reconcile as reconcileNetwork, verdicts, type Report } from './reconciliation';
import { deletions, unwarranted } from './warrants';
import { ended, order, promisedPrefixes, resourceIds, startSystem, type Running } from './harness';

jest.setTimeout(180_000);

interface Warrant {
  operation: string;
  requestId: string;
}

let running: Running;
beforeAll(async () => {
  running = await startSystem();
});
afterAll(async () => await running?.stop());

const reconcile = (wish?: Record<string, unknown>): Promise<Report> =>
  reconcileNetwork(running.system, 'nested-fun', wish);

async function resource(end: string): Promise<ArmResource> {
  const { resources } = await running.system.admin.state();
  const found = resources.find(({ id }) => id.toLowerCase().endsWith(end.toLowerCase()));
  if (!found) throw new Error(`There is no ${end}.`);
  return found;
}

describe('drift made by hand on a running host', () => {
  let boot: unknown;
  beforeAll(async () => {
    const { system, world } = running;
    expect(await ended(system, await order(system, 'hv-01'))).toMatchObject({ status: 'succeeded' });
    const { admin } = system;
    boot = Object.values((await admin.state()).guests).map(({ bootTime }) => bootTime);
    await admin.patchResource((await resource('/networkInterfaces/hv-01-lan')).id, {
      properties: { enableIPForwarding: false },
    });
    await admin.patchResource((await resource('/routes/Nested-VMs-hv-01')).id, {
      properties: { nextHopIpAddress: '10.0.1.99' },
    });
    await admin.patchResource(subnetId(system, world, 'Azure-VMs'), { properties: { routeTable: null } });
  });

  const drift = ['forwardingOff', 'lostAssociation', 'wrongHopRoute'];

  it('is only reported in a dry run', async () => {
    const before = (await running.system.admin.requests()).counts.writes;
    const report = await reconcile({ dryRun: true });
    expect(verdicts(report)).toEqual(drift.map((kind) => `${kind} withheld`));
    expect((await running.system.admin.requests()).counts.writes).toBe(before);
  });

  it('is repaired without a restart, and then gone', async () => {
    expect(verdicts(await reconcile())).toEqual(drift.map((kind) => `${kind} done`));
    expect((await resource('/networkInterfaces/hv-01-lan')).properties).toMatchObject({
      enableIPForwarding: true,
    });
    expect((await resource('/routes/Nested-VMs-hv-01')).properties).toMatchObject({
      nextHopIpAddress: '10.0.1.4',
    });
    expect((await resource('/subnets/Azure-VMs')).properties['routeTable']).toBeTruthy();
    const { guests } = await running.system.admin.state();
    expect(Object.values(guests).map(({ bootTime }) => bootTime)).toEqual(boot);
    expect(verdicts(await reconcile())).toEqual([]);
  });

  it('a start of Windows that an inventory sees is looked into by the next run', async () => {
    const { system } = running;
    const { admin, app } = system;
    const inventory = async () => {
      const { body } = await app.send<{ id: string }>('POST', '/hosts/nested-fun/hv-01/inventory');
      expect(await ended(system, body.id)).toMatchObject({ status: 'succeeded' });
    };
    const [[vm, { bootTime }] = ['', { bootTime: '' }]] = Object.entries((await admin.state()).guests) as [
      string,
      { bootTime: string },
    ][];
    const known = async () =>
      (await app.get<{ guest: { bootTime: string } }>('/hosts/nested-fun/hv-01')).guest.bootTime;
    const later = new Date(Date.parse(bootTime) + 60_000).toISOString();
    await admin.clock({ advanceBy: 300_000 });
    await admin.patchGuest(vm, { bootTime: later });
    await reconcile();
    expect(Date.parse(await known())).toBe(Date.parse(bootTime));
    await inventory();
    await reconcile();
    expect(Date.parse(await known())).toBe(Date.parse(later));
  });

  it('inside Windows is seen when asked for, and left to a repair', async () => {
    const { admin } = running.system;
    const [vm = ''] = Object.keys((await admin.state()).guests);
    const { switches } = (await admin.state()).guests[vm] as unknown as { switches: unknown };
    await admin.patchGuest(vm, { switches: [] });
    const report = await reconcile({ dryRun: false, verifyGuests: true });
    expect(verdicts(report)).toEqual(['guestDrift none', 'loopRisk none']);
    await admin.patchGuest(vm, { switches });
  });
});

describe('a host with the startup script of an earlier version', () => {
  const folder = 'C:\\ProgramData\\nested-hosts';

  interface Guest {
    bootTime: string;
    files: Record<string, string>;
  }

  async function guest(): Promise<Guest & { vm: string }> {
    const [[vm, state] = ['', {}]] = Object.entries((await running.system.admin.state()).guests);
    return { vm, ...(state as unknown as Guest) };
  }

  /** As phase network of that version left it. */
  async function earlier(): Promise<Guest> {
    const now = await guest();
    const script = '# of an earlier version\n';
    const bootScript = createHash('sha256').update(script).digest('hex').toUpperCase();
    const state = JSON.parse(now.files[`${folder}\\state.json`] ?? '{}') as object;
    await running.system.admin.patchGuest(now.vm, {
      files: {
        [`${folder}\\boot.ps1`]: script,
        [`${folder}\\state.json`]: JSON.stringify({ ...state, bootScript, bootVersion: '0123456789abcdef' }),
      },
    });
    return now;
  }

  async function refreshed(before: Guest, since: number): Promise<void> {
    const { bootTime, files } = await guest();
    expect(files[`${folder}\\boot.ps1`]).toBe(before.files[`${folder}\\boot.ps1`]);
    expect(bootTime).toBe(before.bootTime);
    const { requests } = await running.system.admin.requests(since);
    expect(requests.filter(({ path }) => /\/(restart|deallocate)$/i.test(path))).toEqual([]);
  }

  const sinceNow = async (): Promise<number> =>
    Math.max(0, ...(await running.system.admin.requests()).requests.map(({ seq }) => seq));

  it('is told in a dry run that looks, and brought up to date by the next run, without a restart', async () => {
    const before = await earlier();
    const since = await sinceNow();
    const told = await reconcile({ dryRun: true, verifyGuests: true });
    expect(verdicts(told)).toEqual(['guestDrift withheld']);
    expect(told.findings[0]).toMatchObject({ evidence: [expect.stringContaining('bootScript') as string] });
    // NAT is lost after the look: the script is told to interrupt nobody, and leaves it at that.
    const message = 'NIC 1 is not a full NAT interface. That would interrupt guests, which this run may not.';
    const fault = await running.system.admin.addFault({
      match: {},
      times: 1,
      effect: { kind: 'guest', phase: 'network', outcome: 'error', code: 'repairNeedsInterruption', message },
    });
    const left = await reconcile({ dryRun: false, verifyGuests: true });
    await running.system.admin.removeFault(fault);
    expect(verdicts(left)).toEqual(['guestDrift withheld']);
    expect(left.findings[0]?.action.reason).toContain(message);
    expect(verdicts(await reconcile({ dryRun: false, verifyGuests: true }))).toEqual(['guestDrift done']);
    await refreshed(before, since);
    expect(verdicts(await reconcile({ dryRun: false, verifyGuests: true }))).toEqual([]);
  });

  it('is brought up to date by a repair that may not interrupt', async () => {
    const before = await earlier();
    const since = await sinceNow();
    const { body } = await running.system.app.send<{ id: string }>(
      'POST',
      '/hosts/nested-fun/hv-01/repair',
      {},
    );
    expect(await ended(running.system, body.id)).toMatchObject({ status: 'succeeded' });
    await refreshed(before, since);
  });
});

describe('what an operation left behind', () => {
  const hours = 3_600_000;
  beforeAll(async () => {
    const { system, world } = running;
    const lost = subnetId(system, world, 'Ghosted-lost-01');
    await system.arm.put(lost, { properties: { addressPrefix: '10.10.7.0/24' } });
    const fault = await system.admin.addFault({
      match: { method: 'DELETE', path: 'Ghosted-hv-01' },
      times: 50,
      effect: { kind: 'status', status: 403, code: 'AuthorizationFailed', message: 'Not allowed.' },
    });
    const { body } = await system.app.send<{ id: string }>('DELETE', '/hosts/nested-fun/hv-01');
    expect(await ended(system, body.id)).toMatchObject({ status: 'failed' });
    await system.admin.removeFault(fault);
  });

  it('stays while it was seen once, and in the grace period', async () => {
    expect(verdicts(await reconcile())).toEqual([
      'orphanedGhostedSubnet none',
      'orphanedGhostedSubnet withheld',
    ]);
    await running.system.passTime(23 * hours);
    const { findings } = await reconcile();
    const own = findings.find(({ subnet }) => subnet === 'Ghosted-hv-01');
    expect(own?.action.reason).toMatch(/grace period/);
  });

  it('goes after it, with its promise; what nobody promised stays', async () => {
    await running.system.passTime(2 * hours);
    const { deletes } = (await running.system.admin.requests()).counts;
    const report = await reconcile();
    expect(verdicts(report)).toEqual([
      'ledgerWithoutResource done',
      'orphanedGhostedSubnet done',
      'orphanedGhostedSubnet none',
    ]);
    expect((await running.system.admin.requests()).counts.deletes).toBe(deletes + 1);
    const ids = (await resourceIds(running.system)).join('\n');
    expect(ids).not.toContain('hv-01');
    expect(ids).toContain('ghosted-lost-01');
    expect(await promisedPrefixes(running.system)).toBe(0);
    expect((await running.system.app.send('GET', '/hosts/nested-fun/hv-01')).status).toBe(404);
    expect(verdicts(await reconcile())).toEqual(['orphanedGhostedSubnet none']);
  });

  it('the policy of the network is kept and told', async () => {
    const { app } = running.system;
    const path = '/networks/nested-fun/reconcile-policy';
    expect((await app.send('PUT', path, { graceHours: -1 })).status).toBe(400);
    await app.send('PUT', path, { dryRun: false, deletes: 'report' });
    expect(await app.get(path)).toMatchObject({
      policy: { dryRun: false, deletes: 'report' },
      effective: { dryRun: false, repairs: 'repair', deletes: 'report', graceHours: 24, mostDeletes: 10 },
    });
    await app.send('PUT', path, {});
  });
});

describe('a machine that an undo left behind', () => {
  const hours = 3_600_000;
  let foreign: string;
  beforeAll(async () => {
    const { admin, arm } = running.system;
    const { resourceGroup, location } = running.world;
    foreign = arm.id(resourceGroup, 'Microsoft.Network/networkInterfaces/hv-02-lan');
    const subnet = { id: subnetId(running.system, running.world, 'Azure-VMs') };
    // Named and tagged like ours, but by another installation.
    const tags = {
      'nested-hosts-installation': 'other',
      'nested-hosts-network': 'nested-fun',
      'nested-hosts-host': 'hv-02',
      'nested-hosts-prefix': '10.0.2.0/24',
    };
    await arm.put(foreign, {
      location,
      tags,
      properties: { ipConfigurations: [{ name: 'one', properties: { subnet } }] },
    });
    const faults = [
      await admin.addFault({
        match: {},
        times: 50,
        effect: { kind: 'guest', phase: 'network', outcome: 'error' },
      }),
      await admin.addFault({
        match: { method: 'DELETE', path: 'virtualMachines/hv-03$' },
        times: 50,
        effect: { kind: 'status', status: 403, code: 'AuthorizationFailed', message: 'Not allowed.' },
      }),
    ];
    const operation = await ended(running.system, await order(running.system, 'hv-03'));
    expect(operation.failure?.leftovers?.join()).toContain('virtualMachine');
    for (const fault of faults) await admin.removeFault(fault);
  });

  it('goes in one run after the grace period, with all that depends on it', async () => {
    expect((await reconcile()).findings.filter(({ action }) => action.verdict === 'done')).toEqual([]);
    await running.system.passTime(25 * hours);
    const report = await reconcile({ dryRun: false });
    const done = report.findings.filter(({ action }) => action.verdict === 'done').map(({ kind }) => kind);
    expect(done).toContain('leftoverVirtualMachine');
    expect(done).toContain('ledgerWithoutResource');
    expect((await resourceIds(running.system)).filter((id) => id.includes('hv-03'))).toEqual([]);
    expect(await promisedPrefixes(running.system)).toBe(0);
  });

  it('takes nothing of another installation along', async () => {
    expect(await resourceIds(running.system)).toContain(foreign.toLowerCase());
  });
});

describe('warrants', () => {
  it('are shown with operations and reports, one for each DELETE', async () => {
    const { app } = running.system;
    const reports = await app.get<Report[]>('/reconciliations?network=nested-fun&limit=100');
    const shown = await Promise.all(
      reports.map(
        async ({ id }) => (await app.get<{ warrants: Warrant[] }>(`/reconciliations/${id}`)).warrants,
      ),
    );
    const ofReports = shown.flat();
    expect(ofReports.length).toBeGreaterThan(1);
    for (const warrant of ofReports) {
      const operation = await app.get<{ kind: string; warrants: Warrant[] }>(
        `/operations/${warrant.operation}`,
      );
      expect(operation).toMatchObject({ kind: 'reconcile' });
      expect(operation.warrants).toContainEqual(warrant);
    }
    const sent = (await deletions(running.system)).map(({ clientRequestId }) => clientRequestId);
    expect(sent).toEqual(expect.arrayContaining(ofReports.map(({ requestId }) => requestId)));
  });

  it('are missed: without them every deletion of this run is objected to', async () => {
    const all = await deletions(running.system);
    expect(all.length).toBeGreaterThan(5);
    expect(unwarranted(all, { warrants: [], operations: [] })).toHaveLength(all.length);
  });
});

it('two wishes in the same millisecond are two runs', async () => {
  const wishes = Array.from({ length: 12 }, (_, index) => ({
    network: 'nested-fun',
    dryRun: index % 2 === 0,
  }));
  const answers = await Promise.all(
    wishes.map((wish) => running.system.app.send<{ id: string }>('POST', '/reconciliations', wish)),
  );
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(wishes.length);
});
