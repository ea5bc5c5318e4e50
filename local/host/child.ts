import { fork, type ChildProcess } from 'node:child_process';
import { FunctionFailed, WorkerLost } from '../durable';
import type {
  FromWorker,
  FunctionMetadata,
  InvocationRequest,
  InvocationResponse,
  LogLevel,
} from './messages';

export interface AppChildOptions {
  /** The bundled worker/main.ts. */
  workerFile: string;
  scriptRoot: string;
  env: NodeJS.ProcessEnv;
  /** File descriptor of this process that takes what the app prints. */
  output: number;
  /** The app is loaded: after every start, also after a crash. */
  onReady(functions: FunctionMetadata[], httpUri: string | undefined): void;
  /** The process is gone without having been asked to go. */
  onLost(reason: string): void;
  /** The app threw while loading. */
  onUnloadable(message: string, stack: string): void;
  onLog(level: LogLevel, message: string, functionName: string | undefined): void;
}

interface Waiting {
  resolve: (response: InvocationResponse) => void;
  reject: (error: Error) => void;
}

const firstRestartDelay = 100;
const lastRestartDelay = 5_000;
const healthyAfter = 10_000;

/**
 * The app's process, kept alive: started again with a growing delay (100 ms up to 5 s, back to the start after 10 s of
 * health) whenever it dies. Invocations running in a process that died reject with WorkerLost.
 */
export class AppChild {
  private process: ChildProcess | undefined;
  private restart: NodeJS.Timeout | undefined;
  private delay = firstRestartDelay;
  private startedAt = 0;
  private stopping = false;
  private loaded = false;
  private readonly waiting = new Map<string, Waiting>();

  constructor(private readonly options: AppChildOptions) {}

  /** The app is loaded and takes invocations. */
  get ready(): boolean {
    return this.loaded;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Number of invocations running. */
  get running(): number {
    return this.waiting.size;
  }

  start(): void {
    const { workerFile, scriptRoot, env, output } = this.options;
    this.startedAt = performance.now();
    const child = fork(workerFile, [scriptRoot], {
      cwd: scriptRoot,
      env,
      // Structured clone, so that bodies stay bytes.
      serialization: 'advanced',
      stdio: ['ignore', output, output, 'ipc'],
      execArgv: ['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
    });
    this.process = child;
    child.on('message', (message: FromWorker) => this.receive(message));
    child.on('error', (error) => {
      // Without a process id it never started, and no exit will follow.
      if (child.pid === undefined) this.exited(child, error.message);
      else this.options.onLog('error', `App process: ${error.message}`, undefined);
    });
    child.once('exit', (code, signal) => this.exited(child, signal ?? `exit code ${code}`));
  }

  /** Resolves with the response; rejects with FunctionFailed (the function threw) or WorkerLost (run it again later). */
  invoke(request: InvocationRequest): Promise<InvocationResponse> {
    const child = this.process;
    if (!child || !this.loaded) return Promise.reject(new WorkerLost('The app process is not running.'));
    return new Promise((resolve, reject) => {
      this.waiting.set(request.invocationId, { resolve, reject });
      child.send({ kind: 'invoke', request }, (error) => {
        if (error) this.settle(request.invocationId)?.reject(new WorkerLost(error.message));
      });
    });
  }

  /** Ends the process as a crash would. */
  kill(): void {
    this.process?.kill('SIGKILL');
  }

  /** Lets the app run its terminate hooks, then ends it; kills it after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
      child.once('exit', () => {
        clearTimeout(force);
        resolve();
      });
      if (this.loaded && child.connected) child.send({ kind: 'terminate' }, () => undefined);
      else child.kill('SIGKILL');
    });
  }

  private receive(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        this.loaded = true;
        this.options.onReady(message.functions, message.httpUri);
        break;
      case 'unloadable':
        this.options.onUnloadable(message.message, message.stack);
        break;
      case 'log':
        this.options.onLog(message.level, message.message, message.functionName);
        break;
      case 'returned':
        this.settle(message.invocationId)?.resolve(message.response);
        break;
      case 'threw':
        this.settle(message.invocationId)?.reject(new FunctionFailed(message.message, message.stack));
    }
  }

  private settle(invocationId: string): Waiting | undefined {
    const waiting = this.waiting.get(invocationId);
    this.waiting.delete(invocationId);
    return waiting;
  }

  private exited(child: ChildProcess, reason: string): void {
    if (this.process !== child) return;
    this.process = undefined;
    this.loaded = false;
    const lost = [...this.waiting.values()];
    this.waiting.clear();
    if (!this.stopping) this.options.onLost(reason);
    for (const { reject } of lost) reject(new WorkerLost(`The app process ended (${reason}).`));
    if (this.stopping) return;
    if (performance.now() - this.startedAt > healthyAfter) this.delay = firstRestartDelay;
    this.restart = setTimeout(() => this.start(), this.delay);
    this.delay = Math.min(this.delay * 2, lastRestartDelay);
  }
}
