import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvocationContext } from '@azure/functions';
import type { DurableClient, DurableOrchestrationStatus } from 'durable-functions';
import { DurableRuntime } from '../../../local/durable';
import type { App } from './app';
import { VirtualClock } from './virtualClock';

export const epoch = Date.UTC(2026, 0, 1);
/** Real milliseconds: only what hangs takes so long. */
const patience = 30_000;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface HubOptions {
  databaseFile?: string;
  clock?: VirtualClock;
  /** Called before every invocation; may wait or throw. */
  before?: (name: string, input: string) => Promise<void> | void;
  maxActivities?: number;
}

/** A runtime with the app in this process, its HTTP API on a free port, and a clock that jumps when nothing is to do. */
export class TestHub {
  readonly clock: VirtualClock;
  readonly invocations: { name: string; input: string }[] = [];
  readonly runtime: DurableRuntime;
  readonly client: DurableClient;

  private constructor(
    private readonly server: Server,
    readonly baseUrl: string,
    app: App,
    options: HubOptions,
  ) {
    this.clock = options.clock ?? new VirtualClock(epoch);
    this.runtime = new DurableRuntime({
      databaseFile: options.databaseFile ?? ':memory:',
      hubName: 'TestHub',
      clock: this.clock,
      baseUrl,
      maxActivities: options.maxActivities ?? 10,
      maxOrchestrations: 10,
      log: () => undefined,
      invoker: {
        invoke: async (name, input) => {
          this.invocations.push({ name, input });
          await options.before?.(name, input);
          return app.invoke(name, input);
        },
      },
    });
    this.runtime.register(app.functions);
    this.runtime.start();
    this.runtime.workerReady();
    this.client = clientOf(app, this.runtime.bindingPayload());
  }

  static async open(app: App, options: HubOptions = {}): Promise<TestHub> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        );
        const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
        const body = Buffer.concat(chunks).toString();
        void hub.runtime.handle({ method: request.method ?? 'GET', url, headers, body }).then((answer) => {
          response.writeHead(answer.status, answer.headers).end(answer.body);
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const hub = new TestHub(server, `http://127.0.0.1:${port}`, app, options);
    return hub;
  }

  /** Lets the work go on, jumping to the next timer whenever nothing is outstanding, until the condition holds. */
  async runUntil(condition: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + patience;
    while (!(await condition())) {
      if (performance.now() > deadline) throw new Error('The condition was not reached.');
      await turn();
      const { outstanding, nextTimer } = this.runtime.activity();
      if (outstanding === 0 && nextTimer !== null) this.clock.jumpTo(nextTimer);
    }
  }

  /** Works off everything outstanding without moving the clock. */
  async settle(): Promise<void> {
    const deadline = performance.now() + patience;
    while (this.runtime.activity().outstanding > 0) {
      if (performance.now() > deadline) throw new Error('The work did not come to an end.');
      await turn();
    }
  }

  /** Runs until the instance has finished. */
  async finish(id: string): Promise<DurableOrchestrationStatus> {
    let status = await this.client.getStatus(id);
    await this.runUntil(async () => {
      if (this.runtime.activity().outstanding > 0) return false;
      status = await this.client.getStatus(id);
      return ['Completed', 'Failed', 'Terminated'].includes(status.runtimeStatus);
    });
    return status;
  }

  async start(name: string, input?: unknown, instanceId?: string): Promise<string> {
    return this.client.startNew(name, { input, ...(instanceId === undefined ? {} : { instanceId }) });
  }

  async run(name: string, input?: unknown): Promise<DurableOrchestrationStatus> {
    return this.finish(await this.start(name, input));
  }

  /** How often a function was invoked. */
  count(name: string): number {
    return this.invocations.filter((invocation) => invocation.name === name).length;
  }

  async close(): Promise<void> {
    await this.runtime.stop();
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }
}

function clientOf(app: App, payload: object): DurableClient {
  const binding = app.df.input.durableClient();
  const context = new InvocationContext({ functionName: 'client', options: { extraInputs: [binding] } });
  context.extraInputs.set(binding, payload);
  return app.df.getClient(context);
}
