import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { z } from 'zod';
import type { WindowsState } from '../../local/azure/guest';

const built = join(__dirname, 'engine/bin/engine.dll');

/** How to start PowerShell here: `PWSH`, `pwsh`, or the host that .ci/run builds; undefined if there is none. */
export function findEngine(): string[] | undefined {
  const pwsh = process.env.PWSH ?? 'pwsh';
  const options = ['-NoLogo', '-NoProfile', '-NonInteractive', '-File'];
  if (spawnSync(pwsh, ['-NoProfile', '-Command', 'exit 0']).status === 0) return [pwsh, ...options];
  return existsSync(built) ? ['dotnet', built] : undefined;
}

const answer = z.object({
  output: z.string(),
  /** JSON of the machine. */
  state: z.string(),
  changes: z.array(z.string()),
  slept: z.number(),
  log: z.string(),
});

export interface Request {
  /** Name of the script, for messages. */
  name: string;
  script: string;
  /** Value of -Parameters. */
  parameters: string;
  state: WindowsState;
  /** What Windows does late or wrongly; trouble.test.ts has all of it. */
  trouble?: Record<string, unknown>;
}

export interface Run {
  /** All that the script wrote, to whatever stream. */
  output: string;
  /** The machine after the run, or at the moment it was killed. */
  state: WindowsState;
  /** State-changing commands, in order. */
  changes: string[];
  /** Seconds of Start-Sleep. */
  slept: number;
  log: string;
}

/** A PowerShell process that runs guest scripts on fake machines, one after the other. */
export class Engine {
  private readonly folder = mkdtempSync(join(tmpdir(), 'guest-'));
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterableIterator<string>;
  private readonly reader: Interface;
  private complaint = '';
  private turn: Promise<unknown>;

  constructor([command = '', ...options]: string[]) {
    this.process = spawn(command, [...options, join(__dirname, 'serve.ps1')], {
      env: { ...process.env, GUEST_FOLDER: this.folder, POWERSHELL_TELEMETRY_OPTOUT: '1' },
    });
    this.process.stderr.on('data', (data) => (this.complaint += String(data)));
    this.reader = createInterface({ input: this.process.stdout });
    this.lines = this.reader[Symbol.asyncIterator]();
    this.turn = this.lines.next();
  }

  /** Rejects if the engine or the fake broke down; a script that fails says so in its output. */
  async run({ trouble = {}, ...request }: Request): Promise<Run> {
    const before = this.turn;
    const run = (async () => {
      await before;
      this.process.stdin.write(`${JSON.stringify({ ...request, trouble })}\n`);
      const next = await this.lines.next();
      const reply: unknown = next.done === true ? {} : JSON.parse(next.value);
      const parsed = answer.safeParse(reply);
      if (!parsed.success) throw new Error(`${JSON.stringify(reply)} ${this.complaint}`);
      return { ...parsed.data, state: JSON.parse(parsed.data.state) as WindowsState };
    })();
    this.turn = run.catch(() => undefined);
    return run;
  }

  async close(): Promise<void> {
    await this.ended(() => void this.process.stdin.end());
  }

  private async ended(end: () => void): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    end();
    await ended;
    this.reader.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
