import { buildParameters, encodeParameters, parseResult, scriptOf } from '../../shared/guest';
import type { GuestPhase, GuestPlanFacts, GuestResult } from '../../shared/guest';
import { TestHost, nicsOf } from '../unit/guest/host';
import type { Engine, Run } from './engine';

/** The TestHost of the guest model, with the scripts executed instead. */
export class ScriptHost {
  readonly model: TestHost;

  constructor(
    readonly engine: Engine,
    ...options: ConstructorParameters<typeof TestHost>
  ) {
    this.model = new TestHost(...options);
  }

  get state() {
    return this.model.state;
  }

  set state(state) {
    this.model.state = state;
  }

  async execute(
    phase: GuestPhase,
    extra: Partial<GuestPlanFacts> = {},
    trouble: Record<string, unknown> = {},
  ): Promise<Run> {
    const plan = buildParameters({ ...this.model.facts, ...extra, phase });
    const run = await this.engine.run({
      name: phase,
      script: scriptOf(phase),
      parameters: encodeParameters(plan),
      state: this.state,
      trouble,
    });
    this.state = run.state;
    return run;
  }

  async run(
    phase: GuestPhase,
    extra: Partial<GuestPlanFacts> = {},
    trouble: Record<string, unknown> = {},
  ): Promise<GuestResult> {
    const { output, log } = await this.execute(phase, extra, trouble);
    const result = parseResult(output);
    if (!result) throw new Error(`No result of ${phase}: ${output}\n${log}`);
    return result;
  }

  reboot(nics = nicsOf(this.model.facts)): this {
    this.model.reboot(nics);
    return this;
  }

  /** Features, restart, network, restart: a finished host. */
  async configured(): Promise<this> {
    await this.run('features');
    await this.reboot().run('network');
    return this.reboot();
  }
}
