import { knownPhase, runScript } from '../../../local/azure/guest';
import { parseResult, scriptOf } from '../../../shared/guest';
import { TestHost } from './host';

const outcomeOf = (host: TestHost, script: string, value: string, name = 'Parameters') =>
  runScript({
    state: host.state,
    script,
    parameters: [{ name, value }],
    now: host.now,
    random: host.random,
    internet: true,
  });

describe('a run command', () => {
  it('of an unknown or changed script changes nothing and gives no result', () => {
    const host = new TestHost();
    const before = structuredClone(host.state);
    for (const script of ['Get-Date', `${scriptOf('features')} `]) {
      expect(knownPhase(script)).toBeUndefined();
      const outcome = outcomeOf(host, script, 'eyJzY2hlbWEiOjF9');
      expect(outcome).toMatchObject({ exitCode: 0, executionState: 'Succeeded', state: before });
      expect(parseResult(outcome.output)).toBeUndefined();
    }
  });

  it('without its parameter fails as PowerShell does', () => {
    const outcome = outcomeOf(new TestHost(), scriptOf('verify'), 'x', 'Other');
    expect(outcome).toMatchObject({ exitCode: 1, executionState: 'Failed', output: '' });
  });

  it('with a parameter that is none says so in its result', () => {
    const outcome = outcomeOf(new TestHost(), scriptOf('verify'), 'bm90IGpzb24=');
    expect(parseResult(outcome.output)).toMatchObject({ ok: false, error: { code: 'badParameters' } });
  });

  it('takes as long as its work does', () => {
    const times = Array.from({ length: 40 }, () => {
      const host = new TestHost();
      const features = host.outcome('features').durationSeconds;
      const network = host.reboot().outcome('network').durationSeconds;
      const verify = host.reboot().outcome('verify').durationSeconds;
      return { features, network, verify, again: host.outcome('network').durationSeconds };
    });
    const least = (key: keyof (typeof times)[0]) => Math.min(...times.map((one) => one[key]));
    expect(least('features')).toBeGreaterThan(50);
    for (const key of ['network', 'verify', 'again'] as const) expect(least(key)).toBeGreaterThanOrEqual(20);
    expect(times[0]?.again).toBeLessThan(times[0]?.network ?? 0);
  });

  it('leaves the state it was given alone', () => {
    const host = new TestHost();
    const given = host.state;
    const before = structuredClone(given);
    host.run('features');
    expect(given).toEqual(before);
    expect(host.state).not.toEqual(before);
  });
});

describe('faults', () => {
  const run = (fault: NonNullable<Parameters<typeof runScript>[0]['fault']>) => {
    const host = new TestHost();
    const healthy = host.outcome('verify');
    expect(healthy.executionState).toBe('Succeeded');
    const value = Buffer.from(JSON.stringify({})).toString('base64');
    return runScript({
      state: host.state,
      script: scriptOf('verify'),
      parameters: [{ name: 'Parameters', value }],
      now: host.now,
      random: host.random,
      internet: true,
      fault,
    });
  };

  it.each([
    ['noSentinel', 'Succeeded', 0],
    ['exitCode', 'Failed', 1],
    ['timeout', 'TimedOut', -1],
  ] as const)('%s ends %s without a result', (outcome, executionState, exitCode) => {
    const ended = run({ outcome });
    expect(ended).toMatchObject({ executionState, exitCode });
    expect(parseResult(ended.output)).toBeUndefined();
  });
});
