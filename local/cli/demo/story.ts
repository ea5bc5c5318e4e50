import type { HostView, OperationView, ReportView } from '../../launch/appClient';
import type { System } from '../../launch/system';
import { until } from '../../launch/until';
import {
  createCustomerVm,
  createWorld,
  defineNetwork,
  networkBody,
  subnetId,
  type World,
} from '../../launch/world';
import type { DemoDocument, HostEndState } from './document';
import { readHost, readLeftovers } from './endState';
import { walkPaths } from './paths';
import { planted } from './promise';
import type { Screen } from './screen';
import { hostTable, leftoverLines, pathTable } from './table';
import { watch } from './watch';

const network = 'nested-fun';

/** The whole story, told on the screen; returns what was read back on the way. */
export async function tell(system: System, screen: Screen, signal: AbortSignal): Promise<DemoDocument> {
  const { admin, arm, queue } = system;
  const follow = (heading: string, id: string): Promise<OperationView> =>
    watch(system, screen, signal, heading, id);

  const world = await createWorld(system);
  await defineNetwork(system, network, networkBody(system, world), signal);
  const customer = await createCustomerVm(system, world, 'app-01', 'Azure-VMs');
  screen.print('Network Nested-Fun is defined; the VM app-01 runs in its subnet Azure-VMs.', '');

  const first = await follow(
    'Provision hv-01 (HTTP)',
    await order(system, 'POST', '/hosts', { network, name: 'hv-01' }),
  );
  await queue.send({ schemaVersion: 1, kind: 'provision', requestId: 'demo-hv-02', network, name: 'hv-02' });
  const second = await follow('Provision hv-02 (queue message)', await claimed(system, signal, 'hv-02'));

  const hosts = await Promise.all(['hv-01', 'hv-02'].map((name) => endState(system, name)));
  screen.print('End state', ...hostTable(hosts), '');
  const guests = (...nestedVms: { name: string; state: string }[]): Promise<unknown> =>
    Promise.all(['hv-01', 'hv-02'].map((name) => admin.patchGuest(vmId(arm, world, name), { nestedVms })));
  await guests({ name: 'guest', state: 'Running' });
  const paths = await walkPaths(admin);
  screen.print('A guest starts on each host. Packets, there and back', ...pathTable(paths), '');
  // A host with guests is not torn down.
  await guests();

  await follow('Tear down hv-01', await order(system, 'DELETE', `/hosts/${network}/hv-01`));
  const { routeTables, ghostedSubnets, virtualMachines } = readLeftovers(await admin.state(), customer);
  const afterFirstTeardown = { routeTables, ghostedSubnets, virtualMachines };
  screen.print('What is left of the app', ...leftoverLines(afterFirstTeardown), '');

  await follow('Tear down hv-02', await order(system, 'DELETE', `/hosts/${network}/hv-02`));
  const afterTeardown = readLeftovers(await admin.state(), customer);
  screen.print('What is left of the app', ...leftoverLines(afterTeardown), '');

  await arm.put(subnetId(system, world, planted.subnet), { properties: { addressPrefix: planted.prefix } });
  screen.print(`Somebody leaves a subnet ${planted.subnet} ${planted.prefix} behind that nobody promised.`);
  const { findings } = await reconcile(system, signal);
  screen.print(...findings.map((one) => `  reconciliation: ${one.kind} ${one.subnet} ${one.prefix}`), '');

  const { requests, writes, conflicts, throttled } = (await admin.requests()).counts;
  return {
    hosts,
    paths: paths.map(({ from, to, ok, sourceSeen }) => ({ from, to, ok, sourceSeen })),
    afterFirstTeardown,
    afterTeardown,
    reconciliation: { findings: findings.map(({ kind, subnet, prefix }) => ({ kind, subnet, prefix })) },
    azure: { requests, writes, conflicts, throttled },
    simulatedSeconds: { 'hv-01': seconds(first), 'hv-02': seconds(second) },
  };
}

const vmId = (arm: System['arm'], { resourceGroup }: World, name: string): string =>
  arm.id(resourceGroup, `Microsoft.Compute/virtualMachines/${name}`);

/** The end state of one host as Azure, guest and API show it now. */
export async function endState({ admin, app }: System, name: string): Promise<HostEndState> {
  const [azure, { body }] = await Promise.all([
    admin.state(),
    app.send<Partial<HostView>>('GET', `/hosts/${network}/${name}`),
  ]);
  return readHost(azure, name, body.state ?? null);
}

/** Asks for an operation and returns its id. */
async function order({ app }: System, method: string, path: string, body?: unknown): Promise<string> {
  const answer = await app.send<{ id?: string }>(method, path, body);
  if (answer.status !== 202 || answer.body.id === undefined) {
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  return answer.body.id;
}

/** Id of the operation that has taken up a host asked for by queue message. */
async function claimed({ app }: System, signal: AbortSignal, name: string): Promise<string> {
  return await until(
    async () => {
      const { status, body } = await app.send<HostView>('GET', `/hosts/${network}/${name}`);
      return status === 200 ? body.operation : undefined;
    },
    { what: `the message for ${name}`, signal },
  );
}

/** Lets the reconciliation's timer come round and waits for the report of a run that began after now. */
async function reconcile({ app, admin }: System, signal: AbortSignal): Promise<ReportView> {
  const schedule = 15 * 60_000;
  for (;;) {
    const { now } = await admin.clock();
    await admin.clock({ advanceTo: (Math.floor(now / schedule) + 1) * schedule });
    const report = await until(
      async () => {
        const reports = await app.get<ReportView[]>('/reconciliations');
        return reports.find(({ startedAt, finishedAt }) => finishedAt && Date.parse(startedAt) >= now);
      },
      { what: 'the report of the reconciliation', signal },
    );
    // A run that met another one under way has looked at nothing: the next one is waited for.
    if (!/is under way/.test(report.failure ?? '')) return report;
  }
}

/** Simulated seconds from start to end; the time of admission is the machine's own. */
function seconds({ startedAt, finishedAt }: OperationView): number {
  return Math.round((Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '')) / 1000);
}
