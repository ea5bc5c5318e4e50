import { buildParameters, encodeParameters, parseResult, scriptOf } from '../../shared/guest';
import type { GuestPhase, GuestPlanFacts, GuestResult } from '../../shared/guest';
import { TestHost } from '../unit/guest/host';
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

  /** Windows starts again, and its startup task runs: what that is named to run, as it is stored. */
  async reboot(
    { deallocated = false, nics = this.model.nics } = {},
    trouble: Record<string, unknown> = {},
  ): Promise<this> {
    this.model.start({ nics, deallocated });
    await this.startupTask(trouble);
    return this;
  }

  async startupTask(trouble: Record<string, unknown> = {}): Promise<Run | undefined> {
    const task = this.state.startupTasks?.['nested-hosts'];
    if (!task?.enabled || !task.startup) return undefined;
    const [, file = '', parameters = ''] = /-File "([^"]+)" -Parameters (\S+)$/.exec(task.arguments) ?? [];
    const script = this.state.files[file];
    if (script === undefined) throw new Error(`The startup task finds no ${file}`);
    const run = await this.engine.run({ name: 'boot', script, parameters, state: this.state, trouble });
    this.state = run.state;
    return run;
  }

  /** Features, restart, network, restart: a finished host. */
  async configured(): Promise<this> {
    await this.run('features');
    await this.reboot();
    await this.run('network');
    return this.reboot();
  }
}

/** States of one machine: before the features, between both phases, and as a finished host. */
export async function stages(engine: Engine) {
  const host = new ScriptHost(engine);
  const fresh = structuredClone(host.state);
  await host.run('features');
  const installed = structuredClone((await host.reboot()).state);
  await host.run('network');
  const configured = structuredClone((await host.reboot()).state);
  return { host, fresh, installed, configured };
}
