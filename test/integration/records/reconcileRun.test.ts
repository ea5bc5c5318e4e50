import type { Dependencies } from '../../../orchestrations/activities/context';
import { loadReport } from '../../../orchestrations/activities/reconcile/facts';
import { beginJob, endJob, noteActions } from '../../../orchestrations/activities/reconcile/jobs';
import { releaseHost } from '../../../orchestrations/activities/reconcile/mend';
import { observeNetwork } from '../../../orchestrations/activities/reconcile/observe';
import { rebuildRecords } from '../../../orchestrations/activities/reconcile/rebuild';
import { beginReconcile, endReconcile } from '../../../orchestrations/activities/reconcile/run';
import { virtualNetworkId } from '../../../shared/network/ids';
import { createRecords } from '../../../shared/records/createRecords';
import { nothingSeen } from '../../../shared/records/occupied';
import type { Records } from '../../../shared/records/store';
import type { ReconcilePolicy } from '../../../shared/records/reconciliation';
import type { LedgerState } from '../../../shared/records/types';
import { updateState } from '../../../shared/reconcile/state';
import type { Observed } from '../../../shared/reconcile/facts';
import { addresses, definition, layout } from '../../unit/shared/fixture';
import * as world from '../../unit/reconcile/world';
import { empty, withStorage } from './azurite';

/** What Azure shows to whoever looks next. */
let azure: Observed;
jest.mock('../../../shared/reconcile/observe', () => ({ observe: () => Promise.resolve(azure) }));
jest.mock('../../../shared/azure/occupied', () => ({
  observeOccupied: () => Promise.resolve(nothingSeen),
}));

const storage = withStorage();
let records: Records;
let deps: Dependencies;
beforeEach(async () => {
  await empty(storage);
  records = createRecords(storage);
  deps = { records, clients: {}, installation: world.tags.installation } as unknown as Dependencies;
  await records.networks.insert(world.network);
});

const azureVm = layout.virtualMachine.id;
const network = 'nested-fun';
const vnet = virtualNetworkId(definition);
const now = Date.parse('2026-11-22T12:00:00Z');
const hour = 3_600_000;

/** What an undo left behind: the subnet of a host that is no more, whose promise is being released. */
async function orphaned(): Promise<void> {
  azure = world.empty({ subnets: [...world.shared.map(({ tableId: _, ...bare }) => bare), world.ghosted()] });
  await promise('hv-01', 'op-1', 'releasing');
  const { id, kind, status, request } = world.teardown();
  await records.operations.insert({
    ...{ id, kind, status, request, network, host: 'hv-01', caller: 'test', fingerprint: 'f' },
    ...{ createdAt: at(0), finishedAt: at(0) },
  });
}

async function promise(host: string, operation: string, state: LedgerState): Promise<void> {
  await records.ledger.reserve(vnet, { network, host, operation }, () => addresses);
  await records.ledger.setState(vnet, host, state, operation);
}

const at = (hours: number): string => new Date(now + hours * hour).toISOString();

async function begun(id: string, hours = 0, policy: object = {}): Promise<void> {
  const hands = { ...{ graceHours: 0, mostDeletes: 5, repairs: 'repair', deletes: 'delete' }, ...policy };
  await updateState(records, network, (before) => ({ ...before, policy: hands as ReconcilePolicy }));
  await beginReconcile(deps, { id, network, caller: 'test', dryRun: false, now: now + hours * hour });
}

async function verdicts(id: string, round: number, hours = 0): Promise<string[]> {
  const outcome = await observeNetwork(deps, {
    ...{ id, network, round, deadLeases: [], now: now + hours * hour },
  });
  expect(outcome).toMatchObject({ status: 'done' });
  const report = await records.reports.get(id);
  return (report?.findings ?? []).map(({ kind, action }) => `${kind} ${action.verdict}`);
}

it('however often a run looks, it has seen an orphan once', async () => {
  await orphaned();
  await begun('run-1');
  for (const round of [0, 1, 2])
    expect(await verdicts('run-1', round)).toEqual(['orphanedGhostedSubnet withheld']);
  await endReconcile(deps, { id: 'run-1', network, now });
  await begun('run-2', 1);
  expect(await verdicts('run-2', 0, 1)).toEqual(['orphanedGhostedSubnet planned']);
});

it('what an earlier round deleted counts towards the cap of the run', async () => {
  await orphaned();
  await begun('run-1');
  await verdicts('run-1', 0);
  await endReconcile(deps, { id: 'run-1', network, now });
  await begun('run-2', 1, { mostDeletes: 1 });
  expect(await verdicts('run-2', 0, 1)).toEqual(['orphanedGhostedSubnet planned']);
  await noteActions(deps, { id: 'run-2', network, indices: [0], action: { verdict: 'done' } });
  // Unlike the first one this leftover was seen by the run before, too; only the cap keeps it.
  const other = world.subnet('Ghosted-hv-02', '10.10.0.0/24');
  azure = { ...azure, subnets: [...azure.subnets.slice(0, -1), other] };
  await records.ledger.reserve(vnet, { network, host: 'hv-02', operation: 'op-1' }, () => ({
    ...{ ghostedPrefix: '10.10.0.0/24', natAddress: '10.0.0.5', lanAddress: '10.0.1.5' },
  }));
  await records.ledger.setState(vnet, 'hv-02', 'releasing', 'op-1');
  await updateState(records, network, ({ sightings, ...state }) => {
    const [seen] = Object.values(sightings);
    const key = `orphanedghostedsubnet ${other.id.toLowerCase()}`;
    return { ...state, sightings: { ...sightings, ...(seen && { [key]: seen }) } };
  });
  const found = await verdicts('run-2', 1, 1);
  expect(found).toContain('orphanedGhostedSubnet done');
  expect(found).toContain('orphanedGhostedSubnet withheld');
  const held = (await records.reports.get('run-2'))?.findings.find(
    ({ action }) => action.verdict === 'withheld',
  );
  expect(held?.action.reason).toMatch(/^At most 1 deletions/);
});

it('a prefix is not given back while Azure shows its subnet again', async () => {
  await orphaned();
  const release = async () =>
    await releaseHost(deps, { id: 'run-1', network, operation: 'job-1', host: 'hv-01' });
  expect(await release()).toMatchObject({
    change: 'unchanged',
    facts: { kept: expect.any(String) as string },
  });
  expect(await records.ledger.find(vnet, 'hv-01')).toMatchObject({ state: 'releasing' });
  azure = world.empty();
  expect(await release()).toMatchObject({ change: 'deleted' });
  expect(await records.ledger.find(vnet, 'hv-01')).toBeUndefined();
});

it('records are not rebuilt over a prefix that was promised to somebody else meanwhile', async () => {
  azure = world.healthy();
  await records.ledger.reserve(vnet, { network, host: 'hv-09', operation: 'op-9' }, () => addresses);
  const outcome = await rebuildRecords(deps, {
    ...{ id: 'run-1', network, operation: 'job-1', host: 'hv-01', now },
  });
  expect(outcome).toMatchObject({ change: 'unchanged', facts: { kept: expect.any(String) as string } });
  expect(await records.ledger.entries(vnet)).toMatchObject([{ host: 'hv-09' }]);
});

it('records are not rebuilt where Azure contradicts itself by the time that they would be', async () => {
  const another = world.machine({ id: `${azureVm}-copy`, name: 'hv-02' });
  azure = world.healthy({ virtualMachines: [world.machine(), another] });
  const outcome = await rebuildRecords(deps, {
    ...{ id: 'run-1', network, operation: 'job-1', host: 'hv-01', now },
  });
  expect(outcome).toMatchObject({ facts: { kept: expect.stringMatching(/is also claimed by/) as string } });
  expect(await records.ledger.entries(vnet)).toEqual([]);
});

it('a run that is kept out by another one is told with who asked for it', async () => {
  await begun('run-1');
  const late = { id: 'run-2', network, caller: 'somebody', now };
  expect(await beginReconcile(deps, late)).toEqual({ holder: 'run-1' });
  await endReconcile(deps, { ...late, failure: 'The reconciliation run-1 of this network is under way.' });
  expect(await records.reports.get('run-2')).toMatchObject({ caller: 'somebody', findings: [] });
});

it('a run that has told all that it will no longer keeps the next one out, which takes over what it saw', async () => {
  await begun('run-1');
  const told = { ...(await loadReport(deps, 'run-1')), finishedAt: at(0), stopped: ['hv-07'] };
  await records.reports.put(told);
  expect(await beginReconcile(deps, { id: 'run-2', network, caller: 'test', now })).not.toHaveProperty(
    'holder',
  );
  const state = async () => (await records.reconciliations.get(network))?.record;
  expect(await state()).toMatchObject({ claim: 'run-2', stopped: ['hv-07'] });
  await endReconcile(deps, { id: 'run-1', network, now });
  expect(await state()).toMatchObject({ claim: 'run-2', stopped: ['hv-07'] });
  await endReconcile(deps, { id: 'run-2', network, now });
  expect(await state()).not.toHaveProperty('claim');
});

describe('the host that a job has', () => {
  const job = async (id: string) => {
    await begun(id);
    await records.reports.put({ ...(await loadReport(deps, id)), verify: ['hv-01'] });
    return await beginJob(deps, { id, network, round: 0, verify: 0, now });
  };
  const claim = async () => (await records.hosts.get(network, 'hv-01'))?.record.claim;
  beforeEach(async () => {
    azure = world.healthy();
    await records.hosts.insert(world.host());
  });

  it('is given back at its end', async () => {
    const { operation = '' } = await job('run-1');
    expect(await claim()).toBe(operation);
    await endJob(deps, { id: 'run-1', network, operation, steps: [], now });
    expect(await claim()).toBeUndefined();
    expect((await records.operations.get(operation))?.record).toMatchObject({ status: 'succeeded' });
  });

  it('is given back by the next run, if its own was ended from outside', async () => {
    const { operation = '' } = await job('run-1');
    await beginReconcile(deps, { id: 'run-2', network, caller: 'test', evict: 'run-1', now: now + hour });
    expect(await claim()).toBeUndefined();
    expect((await records.operations.get(operation))?.record).toMatchObject({
      ...{ status: 'failed', failure: { code: 'Interrupted' } },
    });
  });
});
