import { FakeClock } from './fakeClock';
import {
  removeFolder,
  startAzurite,
  startHost,
  until,
  workFolder,
  type Azurite,
  type TestHost,
} from './harness';

const start = Date.parse('2026-01-01T00:00:00Z');
const hour = 3_600_000;

describe('durable functions in the host', () => {
  let folder: string;
  let azurite: Azurite;
  let host: TestHost;
  let clock: FakeClock | undefined;

  beforeAll(async () => {
    folder = workFolder();
    azurite = await startAzurite();
  });
  afterAll(async () => {
    await azurite.stop();
    removeFolder(folder);
  });
  afterEach(async () => {
    await host?.end('SIGKILL');
    clock?.stop();
    clock = undefined;
  });

  const settings = () => ({ AzureWebJobsStorage: azurite.connectionString });

  async function begin(name: string, input: unknown): Promise<string> {
    const response = await fetch(`${host.url}/api/start/${name}`, {
      method: 'POST',
      body: JSON.stringify(input),
    });
    return ((await response.json()) as { id: string }).id;
  }

  const urlOf = (id: string): string => `${host.url}/runtime/webhooks/durabletask/instances/${id}`;

  async function outcome(id: string): Promise<unknown> {
    const url = urlOf(id);
    return until('the orchestration to end', async () => {
      const response = await fetch(url);
      if (response.status !== 200) return undefined;
      const { runtimeStatus, output } = (await response.json()) as Record<string, unknown>;
      return { runtimeStatus, output };
    });
  }

  it('runs orchestrations and activities, with the durable client on an activity', async () => {
    host = await startHost(folder, 'sum', { settings: settings() });
    expect(await outcome(await begin('sum', [1, 2, 3]))).toEqual({
      runtimeStatus: 'Completed',
      output: { total: 6, name: 'sum' },
    });
  });

  it('tells a jumping clock when it waits for a timer, and the timer then fires at once', async () => {
    clock = await new FakeClock(start, 'jump').start();
    clock.jumpWhenIdle = true;
    host = await startHost(folder, 'jump', { settings: settings(), args: ['--clock', clock.url] });
    expect(await outcome(await begin('waiting', null))).toEqual({
      runtimeStatus: 'Completed',
      output: start + hour,
    });
    expect(clock.idle).toContainEqual({ name: 'functions-host', nextDue: start + hour });
    expect(clock.now).toBe(start + hour);
  });

  it('keeps a waiting orchestration over a kill of the host', async () => {
    clock = await new FakeClock(start).start();
    const args = ['--clock', clock.url];
    host = await startHost(folder, 'kept', { settings: settings(), args });
    const id = await begin('waiting', null);
    await until('it to wait', async () => {
      const { runtimeStatus } = (await (await fetch(urlOf(id))).json()) as { runtimeStatus: string };
      return runtimeStatus === 'Running';
    });
    await host.end('SIGKILL');
    host = await startHost(folder, 'kept', { settings: settings(), args });
    clock.advance(hour);
    expect(await outcome(id)).toEqual({ runtimeStatus: 'Completed', output: start + hour });
  });
});
