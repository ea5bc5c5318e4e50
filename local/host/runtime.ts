import path from 'node:path';
import { DurableRuntime, type FunctionKind } from '../durable';
import { AppChild } from './child';
import type { HostClock } from './clock/clock';
import type { ClockFollower } from './clock/follower';
import { IdleReporter } from './clock/reporter';
import { toAppFunction, triggerKind, type AppFunction } from './appFunction';
import { byPrecedence, toRoute, type Route } from './http/router';
import type { AppState } from './http/server';
import { Invocations } from './invocations';
import type { FunctionMetadata } from './messages';
import { deliverQueueOutputs } from './queue/output';
import { setting, type HostJson } from './settings';
import { TimerStore } from './timer/store';
import { Triggers } from './triggers';

export interface AppRuntimeOptions {
  settings: Record<string, string>;
  hostJson: HostJson;
  key: string;
  /** Origin of the host's server. */
  url: string;
  clock: HostClock;
  follower: ClockFollower | undefined;
  scriptRoot: string;
  dataFolder: string;
  test: boolean;
  workerFile: string;
  output: number;
  log: (line: string) => void;
}

/** Real ms a stopping host gives running invocations, and after that the app's process. */
const invocationGrace = 3_000;
const childGrace = 2_000;
/** What Azure accepts as a request body unless FUNCTIONS_REQUEST_BODY_SIZE_LIMIT says otherwise. */
const defaultBodyLimit = 104_857_600;
const durableKinds: readonly string[] = ['orchestration', 'activity', 'entity'] satisfies FunctionKind[];

/** One app at work: its process, its triggers, the durable runtime, and the clock they follow. */
export class AppRuntime {
  readonly state: AppState;
  private readonly child: AppChild;
  private readonly invocations: Invocations;
  private readonly durable: DurableRuntime;
  private readonly timers: TimerStore;
  private readonly idle: IdleReporter | undefined;
  private triggers: Triggers | undefined;
  private lives = 0;
  private stopping = false;
  private started: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(private readonly options: AppRuntimeOptions) {
    const { settings, hostJson, url, clock, follower, key, log } = options;
    this.timers = new TimerStore(options.dataFolder);
    this.child = new AppChild({
      workerFile: options.workerFile,
      scriptRoot: options.scriptRoot,
      env: childEnvironment(options),
      output: options.output,
      onReady: (functions, httpUri) => this.onReady(functions, httpUri),
      onLost: (reason) => this.onLost(reason),
      onUnloadable: (message, stack) => this.onUnloadable(message, stack),
      onLog: (level, message, name) => {
        const mark = level === 'warning' || level === 'error' || level === 'critical' ? `${level}: ` : '';
        if (level !== 'trace' && level !== 'debug')
          log(`${name === undefined ? '' : `[${name}] `}${mark}${message}`);
      },
    });
    this.invocations = new Invocations({
      child: this.child,
      timeout: hostJson.functionTimeout,
      durableClient: () => this.durable.bindingPayload(setting(settings, 'SYSTEM_KEY')),
      deliver: (fn, response) =>
        deliverQueueOutputs(fn, response, { settings, queues: hostJson.extensions.queues }),
      log,
    });
    const { durableTask } = hostJson.extensions;
    this.durable = new DurableRuntime({
      databaseFile: path.join(options.dataFolder, 'durable.db'),
      hubName: durableTask.hubName,
      ...(durableTask.defaultVersion === undefined ? {} : { defaultVersion: durableTask.defaultVersion }),
      clock,
      invoker: this.invocations.durableInvoker((name) => this.find(name)),
      baseUrl: url,
      maxActivities: durableTask.maxConcurrentActivityFunctions,
      maxOrchestrations: durableTask.maxConcurrentOrchestratorFunctions,
      log,
    });
    this.idle = follower && new IdleReporter(follower, () => this.work());
    this.state = {
      invocations: this.invocations,
      routes: [],
      functions: [],
      httpUri: undefined,
      bodyLimit: Number(setting(settings, 'FUNCTIONS_REQUEST_BODY_SIZE_LIMIT') ?? defaultBodyLimit),
      key,
      test: options.test,
      durable: (request) => this.durable.handle(request),
      workerReady: () => this.child.ready && !this.stopping,
      childPid: () => this.child.pid,
      killWorker: () => this.child.kill(),
      runManually: (fn, input) => this.triggers?.runManually(fn, input) ?? false,
    };
  }

  /** Resolves when the app is loaded and its triggers are set up; rejects when it cannot be loaded. */
  start(): Promise<void> {
    this.durable.start();
    return new Promise((resolve, reject) => {
      this.started = { resolve, reject };
      this.child.start();
    });
  }

  async stop(): Promise<void> {
    this.idle?.stop();
    this.stopping = true;
    this.invocations.refuse();
    await this.triggers?.stop();
    await this.invocations.drained(invocationGrace);
    await this.durable.stop();
    await this.child.stop(childGrace);
    await this.options.follower?.leave();
  }

  private find(name: string): AppFunction | undefined {
    return this.state.functions.find((fn) => fn.name.toLowerCase() === name.toLowerCase());
  }

  private onReady(metadata: FunctionMetadata[], httpUri: string | undefined): void {
    const { settings, hostJson, clock, follower, log } = this.options;
    const functions = metadata.map(toAppFunction);
    Object.assign(this.state, { functions, routes: this.routesOf(functions), httpUri });
    for (const fn of functions) {
      if (triggerKind(fn) === 'unsupported')
        this.inError(fn, new Error(`"${fn.type}" is not supported by this host.`));
    }
    this.durable.register(
      functions.flatMap((fn) => {
        const kind = triggerKind(fn);
        return isDurable(kind) ? [{ name: fn.name, kind }] : [];
      }),
    );
    const triggers = new Triggers({
      ...{ settings, clock, log },
      queues: hostJson.extensions.queues,
      timers: this.timers,
      invocations: this.invocations,
      hostStart: this.lives === 0,
      onError: (fn, error) => this.inError(fn, error),
    });
    this.triggers = triggers;
    this.lives += 1;
    this.durable.workerReady();
    follower?.follow();
    void triggers.start(functions).then(() => {
      this.idle?.start();
      this.started?.resolve();
    });
  }

  private onLost(reason: string): void {
    this.options.log(`The app process ended (${reason}); starting it again.`);
    this.idle?.stop();
    this.options.follower?.pause();
    this.durable.workerLost();
    void this.triggers?.stop();
    this.started?.reject(new Error(`The app process ended while loading (${reason}).`));
  }

  private onUnloadable(message: string, stack: string): void {
    this.options.log(`The app could not be loaded: ${stack || message}`);
    this.started?.reject(new Error(`The app could not be loaded: ${message}`));
  }

  private routesOf(functions: AppFunction[]): Route[] {
    const { routePrefix } = this.options.hostJson.extensions.http;
    const routes = functions.flatMap((fn) => {
      if (triggerKind(fn) !== 'http') return [];
      try {
        return [toRoute(fn, routePrefix)];
      } catch (error) {
        this.inError(fn, error);
        return [];
      }
    });
    return routes.sort(byPrecedence);
  }

  private inError(fn: AppFunction, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.options.log(`error: The '${fn.name}' function is in error: ${reason}`);
  }

  private work(): { idle: boolean; nextDue: number | null } {
    const busy = !this.child.ready || this.invocations.outstanding > 0;
    if (busy) return { idle: false, nextDue: null };
    const { outstanding, nextTimer } = this.durable.activity();
    const empty = outstanding === 0 && (this.triggers?.queuesEmptySince(this.invocations.lastEnd) ?? true);
    return { idle: empty, nextDue: nextTimer };
  }
}

function isDurable(kind: string): kind is FunctionKind {
  return durableKinds.includes(kind);
}

function childEnvironment({ settings, url, scriptRoot }: AppRuntimeOptions): NodeJS.ProcessEnv {
  // How this host was started is none of the app's business.
  const { NESTED_HOSTS_PARENT: _, ...rest } = settings;
  return {
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    ...rest,
    FUNCTIONS_WORKER_RUNTIME: 'node',
    AzureWebJobsScriptRoot: scriptRoot,
    WEBSITE_HOSTNAME: new URL(url).host,
  };
}
