import { setTimeout as delay } from 'node:timers/promises';
import type { Predicted, ProbeReport, Round } from './evidence';
import { at, listAt, textAt } from './exchange';
import type { Probe } from './machines';
import { runScript, scriptResult, startScript } from './runScript';
import { probeScript } from './scripts';
import { hostName, network, routedSubnet } from './sequence';
import type { Stage } from './stage';

/** A guest that comes up with its host needs a while. Azure keeps 25 run commands of a machine, four rounds of these fit. */
const attempts = 5;
const pauseSeconds = 60;

/** Sends packets from the probe to the guest, until the guest tells what it saw, and asks the app what it thinks of the ways. */
export async function sendPackets(stage: Stage, probe: Probe, guest: string, after: string): Promise<void> {
  let report: ProbeReport | undefined;
  for (let attempt = 1; attempt <= attempts && report?.guest === undefined; attempt += 1) {
    if (attempt > 1) await stage.target.pass(pauseSeconds, stage.signal);
    report = await runScript<ProbeReport>(stage, probe.id, {
      name: `prove-packets-${after.replaceAll(' ', '-')}-${attempt}`,
      text: probeScript({ address: guest, pings: 10 }),
    });
  }
  if (!report) return;
  const round = { after, probe: report, predicted: await predictions(stage) };
  stage.evidence.rounds.push(round);
  stage.evidence.differences.push(...differencesOf(round));
}

async function predictions({ app, target, signal }: Stage): Promise<Predicted[]> {
  const path = `/hosts/${network}/${hostName}/paths`;
  const pending = app.send<{ id?: string; paths?: Predicted[] }>('GET', path);
  while (!(await Promise.race([pending, delay(100)]))) await target.pass(5, signal);
  let answer = await pending;
  while (answer.status === 202) {
    await target.linger(signal);
    await target.pass(1, signal);
    answer = await app.send('GET', `/paths/${answer.body.id ?? ''}`);
  }
  if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return (answer.body.paths ?? []).map(({ from, to, ok, sourceSeen }) => ({
    ...{ from, to, ok },
    ...(sourceSeen === undefined ? {} : { sourceSeen }),
  }));
}

/** Ways that packets went otherwise than the app's packet walk says. */
export function differencesOf({
  after,
  probe,
  predicted,
}: Pick<Round, 'after' | 'probe' | 'predicted'>): string[] {
  const { guest } = probe;
  const subnet = `subnet:${routedSubnet}`;
  const inside = (end: string): boolean => end === 'guest' || end === `guest:${hostName}`;
  const seen: [from: string, to: string, ok: boolean | undefined, source: string | undefined][] = [
    [subnet, 'guest', probe.seenAs !== undefined, probe.seenAs],
    ['guest', subnet, guest && guest.probe === 'answered', guest?.seenAs],
    ['guest', 'internet', guest && guest.internet === 'answered', undefined],
    ['guest', 'dns', guest && guest.dns === 'answered', undefined],
  ];
  return seen.flatMap(([from, to, ok, source]) => {
    const way = predicted.find(
      (one) =>
        (from === 'guest' ? inside(one.from) : one.from === from) &&
        (to === 'guest' ? inside(one.to) : one.to === to),
    );
    if (!way || ok === undefined) return [];
    const what = `After ${after}, ${from} to ${to}`;
    if (way.ok !== ok) return [`${what}: the packet walk says ${said(way.ok)}, the packets ${said(ok)}.`];
    return source !== undefined && way.sourceSeen !== undefined && source !== way.sourceSeen
      ? [`${what}: the packet walk says it comes as ${way.sourceSeen}, it came as ${source}.`]
      : [];
  });
}

const said = (ok: boolean): string => (ok ? 'it arrives' : 'it does not');

/** Holds the routes that Azure has in force at the probe and at NIC 2 to what they should be. */
export async function compareRoutes(stage: Stage, probe: Probe): Promise<void> {
  const { arm, evidence } = stage;
  const addresses = at(await stage.app.get(`/hosts/${network}/${hostName}`), 'addresses');
  const prefix = textAt(addresses, 'ghostedPrefix') ?? '';
  const lan = textAt(addresses, 'lanAddress') ?? '';
  const nics = listAt(evidence.machine, 'properties', 'networkProfile', 'networkInterfaces');
  const second = textAt(
    nics.find((nic) => at(nic, 'properties', 'primary') !== true),
    'id',
  );
  for (const nic of [probe.nic, second]) {
    if (nic === undefined) continue;
    const routes = listAt(await arm.post(`${nic}/effectiveRouteTable`), 'value');
    const active = routes.filter(
      (route) => at(route, 'state') === 'Active' && listAt(route, 'addressPrefix').includes(prefix),
    );
    const hops = active.flatMap((route) => listAt(route, 'nextHopIpAddress'));
    if (!hops.includes(lan)) {
      const name = nic.split('/').at(-1);
      evidence.differences.push(
        `Effective routes of ${name}: ${prefix} goes to ${hops.join(', ') || 'nobody'}, not to ${lan}.`,
      );
    }
  }
}

/** Pings the guest all the while that another route comes and goes in the app's table. */
export async function pingBesideOtherRoute(stage: Stage, probe: Probe, guest: string): Promise<void> {
  const { arm, group, evidence } = stage;
  const route = arm.id(group, 'Microsoft.Network/routeTables/Routes-for-nested-VMs/routes/prove-other');
  const id = await startScript(stage, probe.id, {
    name: 'prove-beside',
    text: probeScript({ address: guest, pings: 300 }),
  });
  await arm.put(route, { properties: { addressPrefix: '10.99.0.0/24', nextHopType: 'None' } });
  await arm.delete(route);
  const { sent, answered } = await scriptResult<ProbeReport>(stage, id);
  evidence.besideOtherRoute = { sent, answered };
}
