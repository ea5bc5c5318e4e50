import type { FunctionsHost } from './host';
import { call, expectOk, type Answer } from './http';

export interface StepView {
  name: string;
  status: 'pending' | 'running' | 'done' | 'failed' | 'skipped';
  change?: 'created' | 'updated' | 'unchanged' | 'deleted';
  /** ISO 8601, simulated time. */
  startedAt?: string;
  finishedAt?: string;
  detail?: string;
}

export interface OperationView {
  id: string;
  kind: string;
  network: string;
  host?: string;
  status: 'admitted' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  steps: StepView[];
  failure?: { class: string; code: string; message: string; step?: string; leftovers?: string[] };
}

export interface HostView {
  network: string;
  name: string;
  state: string;
  /** Operation that holds the host at the moment. */
  operation?: string;
  addresses?: { ghostedPrefix: string; natAddress: string; lanAddress: string };
}

export interface ReportView {
  id: string;
  network: string;
  dryRun: boolean;
  startedAt: string;
  finishedAt: string;
  /** Why the run ended without looking. */
  failure?: string;
  findings: { kind: string; subnet: string; prefix: string; detail?: string }[];
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { pointer: string; detail: string }[];
}

/** The app's HTTP API as a caller with the function key sees it. */
export class AppClient {
  constructor(private readonly host: () => Pick<FunctionsHost, 'url' | 'functionKey'>) {}

  /** One call; `path` is below `/api/v1`. Any status is an answer. */
  async send<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const { url, functionKey } = this.host();
    return await call<T>(`${url}/api/v1${path}`, {
      method,
      headers: { 'x-functions-key': functionKey, ...headers },
      ...(body === undefined ? {} : { body }),
    });
  }

  async get<T>(path: string): Promise<T> {
    const { url, functionKey } = this.host();
    return await expectOk<T>(`${url}/api/v1${path}`, { headers: { 'x-functions-key': functionKey } });
  }

  async operation(id: string): Promise<OperationView> {
    return await this.get(`/operations/${id}`);
  }

  /** Runs a timer function now, as the portal's "Run" does. */
  async runFunction(name: string): Promise<void> {
    const { url, functionKey } = this.host();
    await expectOk(`${url}/admin/functions/${name}`, {
      method: 'POST',
      headers: { 'x-functions-key': functionKey },
      body: {},
    });
  }

  /** Ends the app's process as a crash would; the host starts another one. */
  async killWorker(): Promise<void> {
    const { url, functionKey } = this.host();
    await expectOk(`${url}/admin/host/kill-worker`, {
      method: 'POST',
      headers: { 'x-functions-key': functionKey },
    });
  }
}
