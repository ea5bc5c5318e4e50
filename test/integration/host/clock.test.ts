import { FakeClock } from './fakeClock';
import { alive, removeFolder, startHost, until, workFolder, type TestHost } from './harness';

const start = Date.parse('2026-01-01T00:01:00Z');
const minute = 60_000;
// No queue service is there, so queues are never seen empty: idle reports need an app without queues to look at.
const settings = { AzureWebJobsStorage: 'UseDevelopmentStorage=true' };

describe('the host on a simulated clock', () => {
  let folder: string;
  let clock: FakeClock;
  let host: TestHost;

  beforeAll(() => (folder = workFolder()));
  afterAll(() => removeFolder(folder));
  afterEach(async () => {
    await host?.end('SIGKILL');
    clock.stop();
  });

  const ticks = () => host.notes().flatMap((note) => ('tick' in note ? [note] : []));

  it('fires timers by it, stands while the app is down, catches up after a restart, and leaves in the end', async () => {
    clock = await new FakeClock(start).start();
    host = await startHost(folder, 'timer', { settings, args: ['--clock', clock.url] });
    await until('the follower', () => clock.following);
    expect(clock.followers).toEqual(['functions-host']);

    clock.advance(9 * minute);
    await until('the first run', () => ticks().length === 1);
    clock.advance(35 * minute);
    await until('the run after the jump', () => ticks().length === 2);
    clock.advance(5 * minute);
    await until('the next run', () => ticks().length === 3);
    expect(ticks()).toEqual([
      { tick: false, next: '2026-01-01T00:20:00.000Z' },
      { tick: true, next: '2026-01-01T00:50:00.000Z' },
      { tick: false, next: '2026-01-01T01:00:00.000Z' },
    ]);

    process.kill(host.childPid, 'SIGKILL');
    await until('the stream to close', () => clock.closed === 1);
    await until('the follower again', () => clock.followers.length === 2);

    await host.end('SIGKILL');
    clock.advance(15 * minute);
    host = await startHost(folder, 'timer', { settings, args: ['--clock', clock.url] });
    await until('the missed run', () => ticks().length === 4);
    expect(ticks().at(-1)).toEqual({ tick: true, next: '2026-01-01T01:10:00.000Z' });

    expect(clock.left).toEqual([]);
    expect(await host.end('SIGTERM')).toBe(0);
    expect(clock.left).toEqual(['functions-host']);
    expect(alive(host.childPid)).toBe(false);
  });
});
