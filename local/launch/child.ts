import { fork, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from './layout';

export interface ChildOptions {
  /** Short name for error texts. */
  name: string;
  module: string;
  args: string[];
  env?: Record<string, string>;
  /** Receives everything that the process prints; appended to, so that a restart keeps the earlier text. */
  logFile: string;
  /** Code that the process runs before its module. */
  preload?: string;
}

/** Milliseconds between SIGTERM and SIGKILL. */
const stopLimit = 8_000;
/** Milliseconds that a process may take to print what is waited for. */
const lineLimit = 60_000;
const tailLength = 12;

/** Every start compiles the same large files; Node keeps what it compiled here. */
const compileCache = () => ({
  NODE_COMPILE_CACHE: join(projectRoot(), 'node_modules', '.cache', 'compile'),
});

/**
 * One process of the system. It has an IPC channel to us and ends when that breaks, so that it cannot outlive
 * the launcher; it has a process group of its own, so that Ctrl-C reaches only the launcher, which stops it in order.
 */
export class Child {
  readonly exited: Promise<string>;
  readonly #process: ChildProcess;
  readonly #tail: string[] = [];
  readonly #seen: string[] = [];
  #listeners: ((line: string) => void)[] = [];
  #ended: string | undefined;

  constructor(private readonly options: ChildOptions) {
    this.#process = fork(options.module, options.args, {
      silent: true,
      detached: true,
      execArgv: [
        '--disable-warning=ExperimentalWarning',
        ...(options.preload
          ? ['--import', `data:text/javascript,${encodeURIComponent(options.preload)}`]
          : []),
      ],
      env: { ...compileCache(), ...process.env, ...options.env, NESTED_HOSTS_PARENT: 'ipc' },
    });
    const log = createWriteStream(options.logFile, { flags: 'a' });
    this.exited = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#ended ??= how;
        resolve(this.#ended);
      };
      this.#process.once('error', (error) => end(error.message));
      // 'close' rather than 'exit': everything it printed has then been read.
      this.#process.once('close', (code, signal) => end(signal ?? `exit code ${code}`));
    });
    void this.exited.then(() => log.end());
    this.#read(this.#process.stdout, log, true);
    this.#read(this.#process.stderr, log, false);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get running(): boolean {
    return this.#ended === undefined;
  }

  /**
   * Waits for the first line on standard output, printed already or to come, of which `read` makes something.
   * @throws if the process ends before or takes too long, with the last lines it printed; it is ended then.
   */
  async line<T>(read: (line: string) => T | undefined): Promise<T> {
    for (const line of this.#seen) {
      const value = read(line);
      if (value !== undefined) return value;
    }
    const found = new Promise<T>((resolve) => {
      const listener = (line: string): void => {
        const value = read(line);
        if (value === undefined) return;
        this.#listeners = this.#listeners.filter((other) => other !== listener);
        resolve(value);
      };
      this.#listeners.push(listener);
    });
    const limit = setTimeout(() => this.#process.kill('SIGKILL'), lineLimit);
    const early = this.exited.then((how): never => {
      throw new Error(this.#report('did not get ready', how));
    });
    return await Promise.race([found, early]).finally(() => clearTimeout(limit));
  }

  /** Resolves when the process ends, with a text that says so and what it printed last. */
  async ended(): Promise<string> {
    return this.#report('ended by itself', await this.exited);
  }

  /** Ends the process in order; by force if it takes too long. */
  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    const force = setTimeout(() => this.#process.kill('SIGKILL'), stopLimit);
    await this.exited;
    clearTimeout(force);
  }

  /** Ends the process as a crash would. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.exited;
  }

  #report(what: string, how: string): string {
    return [`The ${this.options.name} ${what} (${how}).`, ...this.#tail].join('\n  ');
  }

  #read(stream: NodeJS.ReadableStream | null, log: WriteStream, output: boolean): void {
    if (!stream) return;
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      this.#tail.push(line);
      if (this.#tail.length > tailLength) this.#tail.shift();
      if (!output) return;
      // Only the start is of interest later: the lines that tell addresses come first.
      if (this.#seen.length < 200) this.#seen.push(line);
      for (const listener of [...this.#listeners]) listener(line);
    });
  }
}
