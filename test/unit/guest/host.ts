import { createWindows, rebootWindows, runScript, startWindows } from '../../../local/azure/guest';
import type { NicFacts, RunCommandOutcome, WindowsState } from '../../../local/azure/guest';
import { seeded } from '../../../local/azure/random';
import { buildParameters, encodeParameters, parseResult, scriptOf } from '../../../shared/guest';
import type { GuestPhase, GuestPlanFacts, GuestResult } from '../../../shared/guest';

/** The first host of the default network, as the control plane knows it. */
export const firstHost: Omit<GuestPlanFacts, 'phase'> = {
  host: 'hv-01',
  operation: 'op-1',
  nic1: { mac: '00-0D-3A-00-00-01', address: '10.0.0.4' },
  nic2: { mac: '00-0D-3A-00-00-02', address: '10.0.1.4' },
  ghostedPrefix: '10.0.2.0/24',
  dnsServers: ['168.63.129.16'],
  routes: [
    { prefix: '10.0.0.0/24', gateway: '10.0.0.1', nic: 1, metric: 256 },
    { prefix: '168.63.129.16/32', gateway: '10.0.0.1', nic: 1, metric: 256 },
    { prefix: '10.0.0.0/22', gateway: '10.0.1.1', nic: 2, metric: 256 },
    { prefix: '10.10.0.0/16', gateway: '10.0.1.1', nic: 2, metric: 256 },
  ],
};

export function nicsOf(facts: Omit<GuestPlanFacts, 'phase'>, accelerated = false): NicFacts[] {
  const both = { prefixLength: 24, ...(accelerated ? { acceleratedNetworking: true } : {}) };
  return [
    { id: 'nat', primary: true, ...both, ...facts.nic1 },
    { id: 'lan', primary: false, ...both, ...facts.nic2 },
  ];
}

/** A Windows machine under test with its own clock; `state` may be damaged at will between runs. */
export class TestHost {
  state: WindowsState;
  now = Date.UTC(2026, 0, 1);
  readonly random = seeded(7);

  constructor(
    readonly facts: Omit<GuestPlanFacts, 'phase'> = firstHost,
    imageSku = '2022-datacenter-g2',
    /** Each NIC has a twin of the same MAC. */
    readonly accelerated = false,
  ) {
    this.state = createWindows({
      computerName: facts.host,
      imageSku,
      nics: this.nics,
      now: this.now,
      random: this.random,
    });
  }

  get nics(): NicFacts[] {
    return nicsOf(this.facts, this.accelerated);
  }

  outcome(phase: GuestPhase, extra: Partial<GuestPlanFacts> = {}): RunCommandOutcome {
    const parameters = encodeParameters(buildParameters({ ...this.facts, ...extra, phase }));
    const outcome = runScript({
      state: this.state,
      script: scriptOf(phase),
      parameters: [{ name: 'Parameters', value: parameters }],
      now: this.now,
      random: this.random,
      internet: true,
    });
    this.state = outcome.state;
    this.now += outcome.durationSeconds * 1000;
    return outcome;
  }

  run(phase: GuestPhase, extra: Partial<GuestPlanFacts> = {}): GuestResult {
    const result = parseResult(this.outcome(phase, extra).output);
    if (!result) throw new Error(`No result of ${phase}`);
    return result;
  }

  /** Windows is up again, and no startup task has run. */
  start({ nics = this.nics, deallocated = false } = {}): this {
    this.now += 90_000;
    this.state = startWindows(this.state, this.now, nics, deallocated);
    return this;
  }

  reboot(nics = this.nics): this {
    this.now += 90_000;
    this.state = rebootWindows(this.state, this.now, nics, this.random);
    return this;
  }

  /** Deallocated and started: perhaps on other hardware. */
  deallocated(nics = this.nics): this {
    this.now += 300_000;
    this.state = rebootWindows(this.state, this.now, nics, this.random, true);
    return this;
  }

  /** Features, restart, network, restart: a finished host. */
  configured(): this {
    this.run('features');
    this.reboot().run('network');
    return this.reboot();
  }
}
