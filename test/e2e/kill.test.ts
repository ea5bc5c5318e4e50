import type { System } from '../../local/launch/system';
import { until } from '../../local/launch/until';
import { ended, order, startSystem, type Running } from './harness';
import { killPlan, type KillPoint } from './killPlan';

jest.setTimeout(240_000);

const seed = Number(process.env['KILL_SEED'] ?? 20261122);

describe(`killed at ten points (KILL_SEED=${seed})`, () => {
  let running: Running;
  beforeAll(async () => {
    running = await startSystem({}, seed);
  });
  afterAll(async () => await running?.stop());

  it('every host becomes ready, nothing is created twice and nothing deleted', async () => {
    const { system } = running;
    const points = killPlan(seed);
    const hit: string[] = [];
    let hosts = 0;
    while (points.length > 0) {
      const name = `hv-0${++hosts}`;
      const id = await order(system, name);
      while (points[0] && (await killAt(system, points[0], id))) {
        const { victim, when } = points.shift() as KillPoint;
        hit.push(`${name}: ${victim} ${when}`);
      }
      const operation = await ended(system, id);
      expect({ hit, operation }).toMatchObject({ operation: { status: 'succeeded' } });
      expect(await system.app.get(`/hosts/nested-fun/${name}`)).toMatchObject({ state: 'ready' });
    }
    expect(hit).toHaveLength(10);

    const { requests, counts } = await system.admin.requests();
    const created = requests.filter((one) => one.created).map(({ path }) => path.toLowerCase());
    const twice = created.filter((path, index) => created.indexOf(path) !== index);
    expect({ hit, twice, deletes: counts.deletes }).toEqual({ hit, twice: [], deletes: 0 });
  });
});

/** Kills the victim at the point and starts it again. False if the operation ended before. */
async function killAt(system: System, point: KillPoint, operation: string): Promise<boolean> {
  const reached = await (point.when === 'between'
    ? reachRequest(system, point, operation)
    : hold(system, point, operation));
  if (!reached) return false;
  if (point.victim === 'app') await system.app.killWorker();
  else await system.killHost();
  await reached.release();
  if (point.victim === 'host') await system.restartHost();
  return true;
}

interface Reached {
  release(): Promise<void>;
}

/** Waits until a PUT is held between its arrival and its answer. */
async function hold(system: System, point: KillPoint, operation: string): Promise<Reached | undefined> {
  const { admin } = system;
  const fault = await admin.addFault({
    match: { method: 'PUT', path: '/providers/', nth: point.skip + 1 },
    effect: { kind: 'hold', until: point.when === 'arrived' ? 'before' : 'after' },
  });
  const release = async (): Promise<void> => await admin.removeFault(fault);
  const over = overIn(system, operation);
  const held = await until(
    async () => {
      if ((await admin.faults()).find(({ id }) => id === fault)?.held) return true;
      return (await over()) ? false : undefined;
    },
    { what: 'a held PUT', every: 15 },
  );
  if (held) return { release };
  await release();
  return undefined;
}

/** Waits until some more requests have been answered. */
async function reachRequest(
  system: System,
  point: KillPoint,
  operation: string,
): Promise<Reached | undefined> {
  const { admin } = system;
  const { counts } = await admin.requests();
  const over = overIn(system, operation);
  const reached = await until(
    async () => {
      if ((await admin.requests()).counts.requests > counts.requests + point.skip) return true;
      return (await over()) ? false : undefined;
    },
    { what: 'a request', every: 15 },
  );
  return reached ? { release: async () => {} } : undefined;
}

/** Whether the operation has ended; asks only now and then, because every question keeps the app from being idle. */
function overIn({ app }: System, id: string): () => Promise<boolean> {
  let looks = 0;
  return async () => {
    if (++looks % 10 !== 0) return false;
    const { status, body } = await app.send<{ finishedAt?: string }>('GET', `/operations/${id}`);
    return status === 200 && body.finishedAt !== undefined;
  };
}
