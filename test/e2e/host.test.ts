import { walkPaths, ways } from '../../local/cli/demo/paths';
import { promised } from '../../local/cli/demo/promise';
import { endState } from '../../local/cli/demo/story';
import { hostTable, pathTable } from '../../local/cli/demo/table';
import type { Problem } from '../../local/launch/appClient';
import { createCustomerVm, subnetId } from '../../local/launch/world';
import { collectorSettings, latest, startCollector, type Collector } from '../../local/launch/collector';
import { until } from '../../local/launch/until';
import { asGuid } from '../../shared/telemetry/trace';
import { operationId } from '../../shared/api/operationId';
import { ended, order, promisedPrefixes, resourceIds, startSystem, type Running } from './harness';
import { guestWork, spentOnMachine } from './machineRate';
import { reconcile } from './reconciliation';
import { dryRun, expectAsPlanned, lastRequest, writesSince } from './planning';

jest.setTimeout(120_000);

describe('a host, as it is printed', () => {
  let running: Running;
  let collector: Collector;
  const provisioned = { id: '', after: 0, until: 0 };
  const ofFirstHost = ways.filter(({ from, to }) => ![...from, ...to].includes('guest hv-02'));
  const nic = (): string => armId('Microsoft.Network/networkInterfaces/hv-01-lan');
  const vm = (): string => armId('Microsoft.Compute/virtualMachines/hv-01');
  const route = (): string =>
    armId('Microsoft.Network/routeTables/Routes-for-nested-VMs/routes/Nested-VMs-hv-01');
  const armId = (path: string): string => running.system.arm.id(running.world.resourceGroup, path);

  const look = async () => {
    const { system } = running;
    const host = await endState(system, 'hv-01');
    const paths = await walkPaths(system.admin, ofFirstHost);
    const path = (from: string, to: string) => paths.find((one) => one.from === from && one.to === to);
    return { host, paths, path, printed: [...hostTable([host]), ...pathTable(paths)].join('\n') };
  };

  /** Once they have come: what is measured is sent every half second. */
  const expectMeasured = async (
    name: string,
    value: number,
    attributes: Record<string, string>,
  ): Promise<void> => {
    const series = JSON.stringify(attributes);
    await until(
      () =>
        Promise.resolve(
          latest(collector, name).find(
            (point) => JSON.stringify(point.attributes) === series && point.value === value,
          ),
        ),
      { what: `${name} ${series} to be ${value}` },
    );
  };

  beforeAll(async () => {
    collector = await startCollector();
    running = await startSystem({}, 1, collectorSettings(collector));
    await createCustomerVm(running.system, running.world, 'app-01', 'Azure-VMs');
  });
  afterAll(async () => {
    await running?.stop();
    await collector?.stop();
  });

  it('is planned without a trace, refused while its plan differs, and made just as it was planned', async () => {
    const { system } = running;
    const start = await lastRequest(system);
    const plan = await dryRun(system, 'hv-01');
    expect(await dryRun(system, 'hv-01')).toMatchObject({ planHash: plan.planHash });
    expect(plan).toMatchObject({ empty: false, obstacles: [], warnings: [] });
    expect(await writesSince(system, start)).toEqual([]);
    expect(await promisedPrefixes(system)).toBe(0);
    expect((await system.app.send('GET', '/hosts/nested-fun/hv-01')).status).toBe(404);

    const theirs = armId('Microsoft.Network/routeTables/theirs');
    const subnet = subnetId(system, running.world, 'Azure-VMs');
    const location = running.world.location;
    await system.arm.put(theirs, { location, properties: { disableBgpRoutePropagation: false } });
    await system.admin.patchResource(subnet, { properties: { routeTable: { id: theirs } } });
    const changed = await lastRequest(system);
    const approved = { network: 'nested-fun', name: 'hv-01', planHash: plan.planHash };
    const refused = await system.app.send<Problem>('POST', '/hosts', approved);
    expect(refused).toMatchObject({ status: 409, body: { type: '/problems/plan-differs' } });
    expect(JSON.stringify(refused.body.errors)).toContain('theirs/routes/Nested-VMs-hv-01');
    expect(await writesSince(system, changed)).toEqual([]);
    expect(await promisedPrefixes(system)).toBe(0);
    await system.admin.patchResource(subnet, { properties: { routeTable: null } });
    await system.arm.delete(theirs);

    const queued = {
      schemaVersion: 1,
      kind: 'provision',
      requestId: 'stale',
      network: 'nested-fun',
      name: 'hv-01',
    };
    await system.queue.send({ ...queued, planHash: 'a'.repeat(64) });
    const stale = await ended(system, operationId({ kind: 'queue', requestId: 'stale' }));
    expect(stale).toMatchObject({ status: 'failed', failure: { step: 'plan', code: 'PlanDiffers' } });
    expect(await promisedPrefixes(system)).toBe(0);

    const applied = await lastRequest(system);
    const id = await order(system, 'hv-01', { planHash: plan.planHash });
    const operation = await ended(system, id);
    expect(operation).toMatchObject({ status: 'succeeded' });
    expectAsPlanned(plan, id, await writesSince(system, applied));
    const seconds = (Date.parse(operation.finishedAt ?? '') - Date.parse(operation.startedAt ?? '')) / 1_000;
    expect(seconds / plan.estimatedSeconds).toBeGreaterThan(0.5);
    expect(seconds / plan.estimatedSeconds).toBeLessThan(2);
    Object.assign(provisioned, { id, after: applied, until: await lastRequest(system) });
  });

  it('was provisioned in one trace, from the call over the activities to every request to Azure', async () => {
    const { system } = running;
    const own = (name: string) =>
      collector.spans.find(
        (span) => span.name === name && span.attributes['nestedHosts.operation'] === provisioned.id,
      );
    const finish = await until(() => Promise.resolve(own('activity finishHostOperation')), { what: 'spans' });
    const whole = own('operation provision');
    const trace = collector.spans.filter(({ traceId }) => traceId === whole?.traceId);
    const ofOperation = collector.spans.filter(
      ({ attributes }) => attributes['nestedHosts.operation'] === provisioned.id,
    );
    expect(new Set(ofOperation.map(({ traceId }) => traceId))).toEqual(new Set([whole?.traceId]));
    expect(finish.parentSpanId).toBe(whole?.spanId);
    expect(trace.find(({ spanId }) => spanId === whole?.parentSpanId)).toMatchObject({
      name: 'HTTP createHost',
    });
    expect(trace.filter(({ name }) => name.startsWith('step ')).map(({ name }) => name.slice(5))).toEqual(
      (await system.app.operation(provisioned.id)).steps.map(({ name }) => name),
    );

    // Time jumps over minutes, so the reconciler's timer may have fired in between: that is another trace.
    const reconciled = collector.spans.filter(({ name }) => name === 'timer reconcileTimer');
    const others = new Set(reconciled.map(({ traceId }) => asGuid(traceId)));
    const { requests } = await system.admin.requests(provisioned.after);
    const logged = requests.filter(
      ({ seq, correlationId }) => seq <= provisioned.until && !others.has(correlationId),
    );
    const spans = trace.filter(({ attributes }) => attributes['azure.client_request_id'] !== undefined);
    expect(spans.map(({ attributes }) => attributes['azure.client_request_id']).sort()).toEqual(
      logged.map(({ clientRequestId }) => clientRequestId).sort(),
    );
    expect(new Set(logged.map(({ correlationId }) => correlationId))).toEqual(
      new Set([asGuid(whole?.traceId ?? '')]),
    );
    const parents = new Set(
      trace.filter(({ name }) => name.startsWith('activity ')).map(({ spanId }) => spanId),
    );
    expect(spans.filter(({ parentSpanId }) => !parents.has(parentSpanId ?? ''))).toEqual([]);
    const told = JSON.stringify(collector.spans);
    expect(told).not.toContain(system.host.functionKey);
    expect(told).not.toMatch(/bearer|password|[?&](code|api-version)=/i);
  });

  it('cost three run commands and two restarts, and never more than Azure lets one machine be asked', async () => {
    const { requests } = await running.system.admin.requests(provisioned.after);
    const own = requests.filter(({ seq }) => seq <= provisioned.until);
    expect(guestWork(own)).toEqual(['features', 'restart', 'network', 'restart', 'verify']);
    const { putVm, updateVm, lowCostGet, getOperation } = spentOnMachine(own);
    expect([putVm.asked, updateVm.asked]).toEqual([1, 5]);
    expect(lowCostGet.asked).toBeGreaterThan(10);
    expect(getOperation.asked).toBeGreaterThan(0);
    for (const { left } of [putVm, updateVm, lowCostGet, getOperation])
      expect(left).toBeGreaterThanOrEqual(1);
    expect(own.filter(({ status }) => status === 429)).toEqual([]);
  });

  it('costs nothing when it is ordered again, and no restart when it is gone through again', async () => {
    const { system } = running;
    const before = await lastRequest(system);
    const again = await system.app.send('POST', '/hosts', { network: 'nested-fun', name: 'hv-01' });
    expect(again).toMatchObject({ status: 200, body: { unchanged: true } });
    const repair = await system.app.send<{ id: string }>('POST', '/hosts/nested-fun/hv-01/repair', {});
    expect(await ended(system, repair.body.id)).toMatchObject({ status: 'succeeded' });
    const sent = await writesSince(system, before);
    expect(guestWork(sent)).toEqual(['verify']);
    expect(sent).toHaveLength(1);
  });

  it('has an empty plan once it is there; what stands in the way of another is told at once', async () => {
    const { system } = running;
    const { admin } = system;
    const existing = await dryRun(system, 'hv-01');
    expect(existing).toMatchObject({ empty: true, guest: [], obstacles: [], estimatedSeconds: 0 });
    expect(existing.resources.filter(({ change }) => change !== 'unchanged')).toEqual([]);

    const group = armId('').replace(/\/providers.*$/, '');
    await admin.addPolicy('tagged', { type: 'Microsoft.Compute/virtualMachines', requires: 'tag:cost' });
    await admin.addLock('frozen', armId('Microsoft.Network/virtualNetworks/Nested-Fun'), 'ReadOnly');
    await admin.addLock('kept', group, 'CanNotDelete');
    const plan = await dryRun(system, 'hv-02', { size: 'Standard_D96s_v5' });
    expect(plan).not.toHaveProperty('planHash');
    expect(plan.obstacles).toMatchObject([
      { code: 'SizeNotFound' },
      { code: 'RequestDisallowedByPolicy' },
      { code: 'ScopeLocked' },
    ]);
    expect(plan.warnings).toEqual([expect.stringContaining('The lock kept')]);
    await admin.removeGovernance('policies', 'tagged');
    await admin.removeGovernance('locks', 'frozen');
    await admin.removeGovernance('locks', 'kept');

    const denied = { kind: 'status', status: 403, code: 'AuthorizationFailed', message: 'No.' } as const;
    const match = { path: 'checkPolicyRestrictions|Microsoft.Authorization/locks' };
    const fault = await admin.addFault({ match, times: 50, effect: denied });
    const unread = await dryRun(system, 'hv-02');
    expect(unread).toMatchObject({ obstacles: [], planHash: expect.any(String) as string });
    expect(unread.warnings).toHaveLength(2);
    await admin.removeFault(fault);
  });

  it('is the promised one at first', async () => {
    const { host, paths } = await look();
    expect(host).toEqual(promised.hosts[0]);
    expect(paths.map(({ by: _, ...path }) => path)).toEqual(
      promised.paths.filter(({ from, to }) => from !== 'guest hv-02' && to !== 'guest hv-02'),
    );
  });

  describe('the routes in force', () => {
    const asked = (requests: { method: string; path: string }[]) =>
      requests.flatMap(({ method, path }) =>
        method === 'POST' && path.endsWith('/effectiveRouteTable') ? (path.split('/').at(-2) ?? '') : [],
      );
    const repaired = async () => {
      const { system } = running;
      const before = await lastRequest(system);
      const answer = await system.app.send<{ id: string }>('POST', '/hosts/nested-fun/hv-01/repair', {});
      const operation = await ended(system, answer.body.id);
      const verify = operation.steps.find(({ name }) => name === 'verify');
      return { ...operation, verify, asked: asked((await system.admin.requests(before)).requests) };
    };
    /** What Azure says of NIC 2 for a while: the guests of hv-01 are somebody else's. */
    const untrue = async (times: number) =>
      await running.system.admin.addFault({
        match: { method: 'POST', path: 'hv-01-lan/effectiveRouteTable$' },
        times,
        effect: {
          kind: 'answer',
          status: 200,
          body: {
            value: [
              ['User', '10.0.2.0/24', 'VirtualAppliance', ['10.0.1.77']],
              ['Default', '10.0.0.0/22', 'VnetLocal', []],
              ['Default', '10.10.0.0/16', 'VnetLocal', []],
            ].map(([source, prefix, nextHopType, nextHopIpAddress]) => ({
              ...{ source, state: 'Active', addressPrefix: [prefix], nextHopType, nextHopIpAddress },
            })),
          },
        },
      });

    it('were asked of Azure where guests leave and where they are reached from, and agreed', async () => {
      const { requests } = await running.system.admin.requests(provisioned.after);
      const own = requests.filter(({ seq }) => seq <= provisioned.until);
      expect(asked(own).sort()).toEqual(['app-01-nic', 'hv-01-lan']);
      const { steps } = await running.system.app.operation(provisioned.id);
      expect(steps.find(({ name }) => name === 'verify')).not.toHaveProperty('detail');
    });

    it('stop a repair while they contradict what was promised, whatever the tables say', async () => {
      const fault = await untrue(100);
      const refused = await repaired();
      expect(refused).toMatchObject({
        status: 'failed',
        failure: { step: 'verify', code: 'VerificationFailed' },
      });
      expect(refused.failure?.message).toContain(
        'The routes in force at hv-01-lan in Hyper-V-LAN send 10.0.2.0/24 to VirtualAppliance 10.0.1.77',
      );
      expect(refused.asked.length).toBeGreaterThan(4);
      await running.system.admin.removeFault(fault);
    });

    it('are asked again while they lag behind, and what Azure does not tell is said', async () => {
      const faults = [await untrue(2)];
      const denied = { kind: 'status', status: 403, code: 'AuthorizationFailed', message: 'No.' } as const;
      const match = { method: 'POST', path: 'app-01-nic/effectiveRouteTable$' };
      faults.push(await running.system.admin.addFault({ match, times: 100, effect: denied }));
      const operation = await repaired();
      expect(operation).toMatchObject({ status: 'succeeded', verify: { status: 'done' } });
      expect(operation.verify?.detail).toContain(
        'The routes in force at app-01-nic in Azure-VMs are not known: AuthorizationFailed',
      );
      expect(operation.asked.filter((nic) => nic === 'hv-01-lan')).toHaveLength(3);
      for (const fault of faults) await running.system.admin.removeFault(fault);
    });
  });

  it('shows IP forwarding switched off, and that nobody reaches the guests any more', async () => {
    const { admin } = running.system;
    await admin.patchResource(nic(), { properties: { enableIPForwarding: false } });
    const { host, path, printed } = await look();
    expect(host.lan).toEqual({ address: '10.0.1.4', ipForwarding: false });
    expect(printed).toContain('10.0.1.4, IP forwarding off');
    expect(path('Azure-VMs', 'guest hv-01')).toMatchObject({ ok: false });
    expect(path('guest hv-01', 'internet')).toMatchObject({ ok: true });
    await admin.patchResource(nic(), { properties: { enableIPForwarding: true } });
    expect((await look()).host).toEqual(promised.hosts[0]);
  });

  it('shows another DHCP range, and the source address that guests have from it', async () => {
    const { admin } = running.system;
    const scope = (start: string): unknown => ({ dhcp: { scopes: { '10.0.2.0': { start } } } });
    await admin.patchGuest(vm(), scope('10.0.2.100'));
    const { host, path, printed } = await look();
    expect(host.dhcp).toMatchObject({ start: '10.0.2.100', end: '10.0.2.254' });
    expect(printed).toContain('10.0.2.100 - 10.0.2.254');
    expect(path('guest hv-01', 'Azure-VMs')).toMatchObject({ ok: true, sourceSeen: '10.0.2.100' });
    await admin.patchGuest(vm(), scope('10.0.2.2'));
    expect((await look()).host).toEqual(promised.hosts[0]);
  });

  it('shows another next hop, and that packets to the guests are lost there', async () => {
    const { admin } = running.system;
    await admin.patchResource(route(), { properties: { nextHopIpAddress: '10.0.1.77' } });
    const { host, path, printed } = await look();
    expect(host.route).toMatchObject({ prefix: '10.0.2.0/24', nextHop: '10.0.1.77' });
    expect(printed).toContain('10.0.2.0/24 -> 10.0.1.77');
    expect(path('Azure-VMs', 'guest hv-01')).toMatchObject({ ok: false });
    expect(path('guest hv-01', 'internet')).toMatchObject({ ok: true });
    expect(await reconcile(running.system, 'nested-fun', { dryRun: true })).toMatchObject({
      status: 'finished',
    });
    await expectMeasured('nestedHosts.findings', 1, {
      ...{ network: 'nested-fun', kind: 'wrongHopRoute', verdict: 'withheld' },
    });
    await expectMeasured('nestedHosts.ledger.usedPercent', 100, {
      ...{ network: 'nested-fun', pool: '10.0.2.0/24' },
    });
    await expectMeasured('nestedHosts.operations.ended', 1, { kind: 'provision', outcome: 'succeeded' });
    await admin.patchResource(route(), { properties: { nextHopIpAddress: '10.0.1.4' } });
    expect((await look()).host).toEqual(promised.hosts[0]);
  });

  it('is kept while a guest exists, and goes by a queue message when the guest has gone', async () => {
    const { system } = running;
    const kept = async (): Promise<string[]> =>
      (await resourceIds(system)).filter((id) => !id.includes('/runcommands/'));
    const before = await kept();
    await system.admin.patchGuest(vm(), { nestedVms: [{ name: 'guest', state: 'Off' }] });
    const refused = await system.app.send<{ id: string }>('DELETE', '/hosts/nested-fun/hv-01');
    const operation = await ended(system, refused.body.id);
    expect(operation).toMatchObject({ status: 'failed', failure: { step: 'checkGuests' } });
    expect(await kept()).toEqual(before);
    expect((await look()).host).toEqual(promised.hosts[0]);

    await system.admin.patchGuest(vm(), { nestedVms: [] });
    const message = {
      schemaVersion: 1,
      kind: 'teardown',
      requestId: 'gone',
      network: 'nested-fun',
      name: 'hv-01',
    };
    await system.queue.send(message);
    await until(
      async () =>
        (await system.app.send('GET', '/hosts/nested-fun/hv-01')).status === 404 ? true : undefined,
      { what: 'the host to go' },
    );
    expect((await resourceIds(system)).filter((id) => /hv-01|routetables/.test(id))).toEqual([]);
    expect(await promisedPrefixes(system)).toBe(0);
  });

  it('went in one trace, which begins where its message was taken; what it took is measured', async () => {
    const id = operationId({ kind: 'queue', requestId: 'gone' });
    const whole = await until(
      () =>
        Promise.resolve(
          collector.spans.find(
            ({ name, attributes }) =>
              name === 'operation teardown' && attributes['nestedHosts.operation'] === id,
          ),
        ),
      { what: 'the span of the teardown' },
    );
    const trace = collector.spans.filter(({ traceId }) => traceId === whole.traceId);
    const root = trace.find(({ spanId }) => spanId === whole.parentSpanId);
    expect(root).toMatchObject({ name: 'queue hostRequests' });
    const deletes = trace.filter(({ name }) => name === 'DELETE Microsoft.Network/virtualNetworks/subnets');
    expect(deletes).toHaveLength(1);
    const measured = async (name: string, attributes: Record<string, unknown>, above: number) =>
      await until(
        () =>
          Promise.resolve(
            latest(collector, name).find(
              (point) =>
                Object.entries(attributes).every(([key, value]) => point.attributes[key] === value) &&
                point.value > above,
            ),
          ),
        { what: `${name} above ${above}` },
      );
    await measured('nestedHosts.step.seconds', { kind: 'teardown', step: 'removeRoute' }, 0);
    await measured('nestedHosts.arm.calls', { method: 'DELETE' }, 3);
  });
});
