import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { WindowsState } from '../../local/azure/guest';
import { parseResult, readVerifyFacts } from '../../shared/guest';
import { firstHost } from '../unit/guest/host';
import { Engine, findEngine, type Run } from './engine';
import { ScriptHost, stages } from './scriptHost';

const command = findEngine();
const suite = command ? describe : describe.skip;

it('everything that the fake Windows can get wrong is asked of it somewhere', () => {
  const folder = join(__dirname, 'windows');
  const fake = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const known = [...fake.join('\n').matchAll(/(?:Trouble\[|Test-Late )['"]([a-zA-Z]+)/g)].map(
    ([, name = '']) => name,
  );
  const tests = readdirSync(__dirname).filter((file) => file.endsWith('.test.ts'));
  const asked = tests.map((file) => readFileSync(join(__dirname, file), 'utf8')).join('\n');
  expect(known.length).toBeGreaterThan(12);
  expect(known.filter((name) => !new RegExp(`\\b${name}\\b`).test(asked))).toEqual([]);
});

/** Windows that does things late or wrongly; each seconds long, by the name that the fake knows it by. */
suite('the scripts, executed on a Windows in trouble', () => {
  let engine: Engine;
  let fresh: WindowsState;
  let installed: WindowsState;
  let configured: WindowsState;
  beforeAll(async () => {
    engine = new Engine(command ?? []);
    ({ fresh, installed, configured } = await stages(engine));
  });
  afterAll(() => engine.close());

  function host(state: WindowsState, change: (state: WindowsState) => unknown = () => undefined): ScriptHost {
    const one = new ScriptHost(engine);
    one.state = structuredClone(state);
    change(one.state);
    return one;
  }

  const resultOf = ({ output }: Run) => {
    const result = parseResult(output);
    if (!result) throw new Error(output);
    return result;
  };

  /** The next run ends what this one had to leave. */
  async function recovers(one: ScriptHost): Promise<void> {
    expect(await one.run('network')).toMatchObject({ ok: true });
    await one.reboot();
    expect(await one.run('verify')).toMatchObject({ ok: true });
  }

  it('a size that cannot nest is refused before anything is changed', async () => {
    const run = await host(fresh).execute('features', {}, { cannotNest: true });
    expect(run.changes.filter((change) => !change.startsWith('acl'))).toEqual([]);
    expect(resultOf(run)).toMatchObject({
      ok: false,
      changed: [],
      error: { code: 'nestedVirtualizationUnavailable' },
    });
  });

  it.each([
    ['late:vmms', 290],
    ['late:vmcompute', 290],
    ['lateSwitch', 55],
    ['lateAdapter', 85],
    ['lateAddress', 20],
    ['lateRouting', 500],
    ['lateRouter', 170],
  ])('%s: waited for', async (trouble, seconds) => {
    const one = host(installed);
    const run = await one.execute('network', {}, { [trouble]: seconds });
    expect(resultOf(run)).toMatchObject({ ok: true, restartNeeded: true });
    expect(run.slept).toBeGreaterThanOrEqual(seconds);
    await one.reboot();
    expect(await one.run('verify')).toMatchObject({ ok: true });
  });

  it.each([
    ['late:vmms', 'timeout'],
    ['lateSwitch', 'switchFailed'],
    ['lateAdapter', 'timeout'],
    ['lateAddress', 'timeout'],
    ['lateRouting', 'timeout'],
    ['lateRouter', 'routerFailed'],
  ])('%s for ever: given up as %s, and the next run goes on from there', async (trouble, code) => {
    const one = host(installed);
    const run = await one.execute('network', {}, { [trouble]: 100_000 });
    expect(resultOf(run)).toMatchObject({ ok: false, error: { code } });
    expect(run.slept).toBeLessThan(1_200);
    await recovers(one);
  });

  it('Install-RemoteAccess that complains and works is believed by what it leaves', async () => {
    const one = host(installed);
    expect(resultOf(await one.execute('network', {}, { rrasComplains: true }))).toMatchObject({ ok: true });
    await one.reboot();
    expect(await one.run('verify')).toMatchObject({ ok: true });
  });

  it('RRAS that never lists NIC 1 is restarted, then configured anew', async () => {
    const one = host(configured, (state) => {
      state.nat.interfaces = {};
      state.rras.interfaces = state.rras.interfaces.filter((alias) => alias !== 'Ethernet');
    });
    const run = await one.execute('network', {}, { rrasMisses: 'Ethernet' });
    expect(resultOf(run)).toMatchObject({ ok: true, changed: ['nat:nic1', 'metadata'] });
    expect(run.changes.filter((each) => each === 'rras')).toHaveLength(1);
    expect(await one.run('verify')).toMatchObject({ ok: true });
  });

  it('a DHCP server of a domain that nobody authorised is told, and serves once it is', async () => {
    const one = host(installed);
    const run = await one.execute('network', {}, { inDomain: true });
    expect(resultOf(run)).toMatchObject({ ok: false, error: { code: 'dhcpNotAuthorized' } });
    await recovers(one);
  });

  it('a DNS server that does not answer is told and fails nothing', async () => {
    const plan = { dnsServers: ['10.9.0.4', '10.9.0.5'] };
    const one = new ScriptHost(engine, { ...firstHost, ...plan });
    one.state = structuredClone(configured);
    await one.run('network');
    const seen = resultOf(await one.execute('verify', {}, { silentDns: ['10.9.0.5'] }));
    expect(seen).toMatchObject({ ok: true });
    expect(readVerifyFacts(seen)?.dnsProbes).toEqual([
      { server: '10.9.0.4', answers: true },
      { server: '10.9.0.5', answers: false },
    ]);
  });

  it('what the DHCP server wrote before it was last started counts no more', async () => {
    const one = host(configured);
    expect(resultOf(await one.execute('verify', {}, { silentBefore: true }))).toMatchObject({ ok: true });
    const run = await one.execute('network', {}, { silentBefore: true });
    expect(resultOf(run)).toMatchObject({ ok: true, changed: [] });
  });

  it('a platform that does not answer the host is told', async () => {
    const seen = resultOf(await host(configured).execute('verify', {}, { silentPlatform: true }));
    expect(seen.checks.filter(({ ok }) => !ok)).toEqual([
      { name: 'platform', ok: false, detail: '168.63.129.16:80 does not answer' },
    ]);
  });

  it('Core has no Server Manager to be told that DHCP is set up', async () => {
    const told = async (image: string) => {
      const one = new ScriptHost(engine, firstHost, image);
      await one.run('features');
      await one.reboot();
      const { changes } = await one.execute('network');
      expect(changes).toContain('dhcp scope 10.0.2.0');
      return changes.includes('registry ConfigurationState');
    };
    expect(await told('2022-datacenter-g2')).toBe(true);
    expect(await told('2022-datacenter-core-g2')).toBe(false);
  });
});
