import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AzureEndpoints } from './azure';
import { call, expectOk, type Answer } from './http';
import { until } from './until';

/** The parts of an ARM resource that a reader of the wire relies on. */
export interface ArmBody {
  id: string;
  name: string;
  etag?: string;
  properties?: Record<string, unknown>;
}

const apiVersions: Record<string, string> = {
  'microsoft.network': '2025-05-01',
  'microsoft.compute': '2025-04-01',
};

/** Simulated ms to let pass before the first poll of an operation; twice as much before each that follows, up to the most. */
const firstPause = 5_000;
const mostPause = 60_000;

/** Azure Resource Manager as an owner of the subscription calls it: plain HTTPS with a bearer token. */
export class ArmClient {
  /** Client request ids of its own calls: whose is a request that Azure saw? */
  readonly sent = new Set<string>();
  readonly #ca: string;
  #token: string | undefined;

  constructor(
    private readonly azure: AzureEndpoints,
    /** Called between two polls of a running operation, to let simulated time pass. */
    private readonly passTime: (milliseconds: number) => Promise<unknown>,
  ) {
    this.#ca = readFileSync(azure.caFile, 'utf8');
  }

  /** Full id of a resource below a resource group; `path` starts with the provider. */
  id(resourceGroup: string, path = '', subscriptionId = this.azure.subscriptionId): string {
    const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
    return path === '' ? group : `${group}/providers/${path}`;
  }

  async get(id: string, query: Record<string, string> = {}): Promise<Answer<ArmBody>> {
    return await this.send(id, 'GET', undefined, query);
  }

  /** Creates or replaces a resource and waits until the operation has ended. Rejects if it failed. */
  async put(id: string, body: unknown): Promise<void> {
    await this.#settle(await this.send(id, 'PUT', body), `PUT ${id}`);
  }

  async delete(id: string): Promise<void> {
    await this.#settle(await this.send(id, 'DELETE'), `DELETE ${id}`);
  }

  async send(
    id: string,
    method: string,
    body?: unknown,
    query: Record<string, string> = {},
  ): Promise<Answer<ArmBody>> {
    const provider = /\/providers\/([^/]+)\//i.exec(id)?.[1]?.toLowerCase() ?? '';
    const version = apiVersions[provider] ?? '2021-04-01';
    const request = randomUUID();
    this.sent.add(request);
    const search = new URLSearchParams({ 'api-version': version, ...query });
    return await call<ArmBody>(`${this.azure.endpoint}${id}?${search.toString()}`, {
      method,
      headers: { authorization: `Bearer ${await this.#bearer()}`, 'x-ms-client-request-id': request },
      ca: this.#ca,
      ...(body === undefined ? {} : { body }),
    });
  }

  async #settle(first: Answer, what: string): Promise<void> {
    if (first.status >= 400) throw new Error(`${what}: ${first.status} ${JSON.stringify(first.body)}`);
    const url = first.headers['azure-asyncoperation'] ?? first.headers['location'];
    if (typeof url !== 'string') return;
    const headers = { authorization: `Bearer ${await this.#bearer()}` };
    let pause = firstPause / 2;
    const meanwhile = () => this.passTime((pause = Math.min(2 * pause, mostPause)));
    const end = await until(
      async () => {
        const { status, body } = await call<{ status?: string } | undefined>(url, { headers, ca: this.#ca });
        if (status === 202 || body?.status === 'InProgress' || body?.status === 'Running') return undefined;
        return { state: body?.status ?? 'Succeeded', body };
      },
      { what, every: 20, meanwhile },
    );
    if (end.state !== 'Succeeded') throw new Error(`${what}: ${JSON.stringify(end.body)}`);
  }

  async #bearer(): Promise<string> {
    const query = 'resource=https%3A%2F%2Fmanagement.azure.com%2F&api-version=2019-08-01';
    this.#token ??= (
      await expectOk<{ access_token: string }>(`${this.azure.tokenEndpoint}?${query}`, {
        headers: { 'x-identity-header': 'customer' },
      })
    ).access_token;
    return this.#token;
  }
}
