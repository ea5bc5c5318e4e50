import type { WindowsState } from '../../local/azure/guest';
import type { GuestPhase, GuestPlanFacts } from '../../shared/guest';
import { parseResult } from '../../shared/guest';
import { firstHost } from '../unit/guest/host';
import { Engine, findEngine } from './engine';
import { ScriptHost } from './scriptHost';

const command = findEngine();
const suite = command ? describe : describe.skip;
/** Run Command keeps 4,096 characters; what is left over is for what Windows may write after a result. */
const most = 3584;

const longest = {
  ...firstHost,
  host: 'h'.repeat(15),
  switchName: 'S'.repeat(63),
  scopeName: 's'.repeat(63),
  dnsSuffix: 'd'.repeat(255),
  dnsServers: Array.from({ length: 12 }, (_, index) => `10.200.100.${100 + index}`),
  routes: Array.from({ length: 80 }, (_, index) => ({
    prefix: `172.16.${index + 100}.128/25`,
    gateway: '10.0.1.1',
    nic: 2 as const,
    metric: 256,
  })),
};

/** Windows allows names of adapters of this length; none of the letters is ASCII. */
function withLongNames(state: WindowsState): void {
  for (const adapter of state.adapters) {
    if (adapter.kind === 'synthetic') adapter.alias = `${'\u00dc'.repeat(250)} ${adapter.index}`;
  }
}

suite('the output of a script', () => {
  let engine: Engine;
  beforeAll(() => (engine = new Engine(command ?? [])));
  afterAll(() => engine.close());

  it('keeps its last line whole, with the longest names and everything to say', async () => {
    const host = new ScriptHost(engine, longest);
    const check = async (phase: GuestPhase, extra: Partial<GuestPlanFacts> = {}): Promise<void> => {
      const { output } = await host.execute(phase, extra);
      expect(output.length).toBeLessThan(most);
      expect(output).toMatch(/^\r?\n##nested-hosts-begin##[\x20-\x7e]*##nested-hosts-end##\r?\n$/);
    };
    withLongNames(host.state);
    await check('features');
    await host.reboot();
    await check('network');
    await host.reboot();
    await check('verify');
    host.state.nestedVms = Array.from({ length: 300 }, (_, index) => ({
      name: `${'\u00e9'.repeat(95)}${index}`,
      state: 'Running',
      address: `10.0.2.${index % 250}`,
    }));
    await check('inventory');
    const damaged = structuredClone(host.state);
    damaged.routes = [];
    damaged.nat.interfaces = Object.fromEntries(
      damaged.adapters.map(({ alias }) => [alias, alias.endsWith('5') ? 'private' : 'full']),
    );
    damaged.dhcp.scopes = {};
    damaged.dhcp.bindings = Object.fromEntries(damaged.adapters.map(({ alias }) => [alias, true]));
    damaged.netNats = Array.from({ length: 30 }, (_, index) => ({
      name: 'N'.repeat(200) + index,
      internalPrefix: '10.0.2.0/24',
    }));
    for (const service of Object.values(damaged.services)) service.status = 'Stopped';
    const whole = host.state;
    host.state = damaged;
    await check('verify');
    await check('network');
    host.state = { ...whole, nestedVms: [] };
    await check('deconfigure', { routesHere: 0 });
  }, 300_000);

  it('has the log before the result, where it goes to a blob', async () => {
    const host = await new ScriptHost(engine).configured();
    const { output } = await host.execute('network', { log: true });
    const lines = output.trim().split(/\r?\n/);
    expect(lines[0]).toMatch(/^2\d{3}-\S+Z phase network, boot /);
    expect(output).toMatch(/Z netsh routing ip nat dump -> 0\r?\n/);
    expect(lines.at(-1)).toMatch(/^##nested-hosts-begin##.*##nested-hosts-end##$/);
    expect(parseResult(output.slice(-4096))).toMatchObject({ ok: true, changed: [] });
    expect((await host.execute('network')).output.trim()).toMatch(/^##nested-hosts-begin##.*$/);
  });
});
