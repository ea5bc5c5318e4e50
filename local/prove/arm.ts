import { call, type Answer } from '../launch/http';
import type { Target } from './target';

/** The parts of an ARM answer that are looked at. */
export interface ArmBody {
  id?: string;
  name?: string;
  etag?: string;
  location?: string;
  tags?: Record<string, string>;
  properties?: Record<string, unknown>;
  value?: ArmBody[];
  error?: { code?: string; message?: string };
}

/** How the own calls are told from those of the app in the recording. */
export const userAgent = 'nested-hosts-prove';

const versions: Record<string, string> = {
  'microsoft.network': '2025-05-01',
  'microsoft.compute': '2025-04-01',
};
/** The list of sizes has its versions apart from the rest of Microsoft.Compute. */
const skuVersion = '2021-07-01';
const groupVersion = '2021-04-01';

/** Seconds between two looks at an operation, and until it is given up. */
const pollSeconds = 10;
const longestSeconds = 3_600;
/** A refused or lost read says nothing: it is made again so often. */
const readAttempts = 5;
/** So often, and after so many seconds, a write is sent again. */
const writeAttempts = 5;
const busySeconds = 30;

export class ArmFailure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface SendOptions {
  body?: unknown;
  query?: Record<string, string>;
  headers?: Record<string, string>;
}

/** Azure Resource Manager as the owner of the resource group of a run calls it. */
export class Arm {
  constructor(
    private readonly target: Pick<Target, 'subscriptionId' | 'token' | 'pass'>,
    /** Where requests go, the recorder as a rule. */
    private readonly at: { endpoint: string; ca?: string },
    private readonly signal?: AbortSignal,
  ) {}

  subscription(path = ''): string {
    return `/subscriptions/${this.target.subscriptionId}${path}`;
  }

  /** Id of a group, or of a resource in it; `path` starts with the provider. */
  id(group: string, path = ''): string {
    const id = this.subscription(`/resourceGroups/${group}`);
    return path === '' ? id : `${id}/providers/${path}`;
  }

  /** One exchange. Any status is an answer. */
  async send(method: string, id: string, options: SendOptions = {}): Promise<Answer<ArmBody | undefined>> {
    const search = new URLSearchParams({ 'api-version': versionOf(id), ...options.query });
    return await this.#exchange(method, `${this.at.endpoint}${id}?${search.toString()}`, options);
  }

  /** The resource; undefined if it is not there. */
  async get(id: string, query?: Record<string, string>): Promise<ArmBody | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.send('GET', id, query ? { query } : {}).catch((error: unknown) => error);
      if (!(answer instanceof Error)) {
        const { status, body } = answer as Answer<ArmBody | undefined>;
        if (status === 200) return body ?? {};
        if (status === 404) return undefined;
        if (status !== 429 && status < 500) throw failureOf(`GET ${id}`, status, body);
      }
      if (attempt === readAttempts) throw new Error(`GET ${id}: no answer in ${attempt} attempts.`);
      await this.target.pass(pollSeconds, this.signal);
    }
  }

  /** Creates or replaces a resource, waits for the end and reads it. @throws `ArmFailure` */
  async put(id: string, body: unknown, headers: Record<string, string> = {}): Promise<ArmBody> {
    await this.#settle(`PUT ${id}`, await this.#write('PUT', id, { body, headers }));
    for (;;) {
      const read = await this.get(id);
      const state = read?.properties?.['provisioningState'] ?? 'Succeeded';
      if (state === 'Succeeded') return read ?? {};
      if (state === 'Failed' || state === 'Canceled') throw failureOf(`PUT ${id}`, 200, read);
      await this.target.pass(pollSeconds, this.signal);
    }
  }

  /** Asks for something to be done and waits for the end. @returns what came of it, if it is a thing to read */
  async post(id: string): Promise<unknown> {
    const first = await this.#write('POST', id, {});
    const status = await this.#settle(`POST ${id}`, first);
    const result = first.headers['location'];
    if (typeof result !== 'string' || first.headers['azure-asyncoperation'] === undefined) return status;
    return (await this.#exchange('GET', result, {})).body;
  }

  /** Deletes and waits for the end; what is not there is as good as deleted. */
  async delete(id: string): Promise<void> {
    const answer = await this.send('DELETE', id);
    if (answer.status !== 404) await this.#settle(`DELETE ${id}`, answer);
  }

  /** A write that Azure has no time for now is sent again; each of those here may be repeated. */
  async #write(method: string, id: string, options: SendOptions): Promise<Answer<ArmBody | undefined>> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.send(method, id, options);
      const busy = answer.status === 409 || answer.status === 429 || answer.status >= 500;
      if (!busy || attempt === writeAttempts) return answer;
      await this.target.pass(busySeconds, this.signal);
    }
  }

  /** Follows an operation to its end. @returns what its last answer said */
  async #settle(what: string, first: Answer<ArmBody | undefined>): Promise<unknown> {
    if (first.status >= 400) throw failureOf(what, first.status, first.body);
    const url = first.headers['azure-asyncoperation'] ?? first.headers['location'];
    if (typeof url !== 'string') return first.body;
    for (let waited = 0, lost = 0; waited < longestSeconds;) {
      const seconds = Math.max(Number(first.headers['retry-after']) || 0, pollSeconds);
      await this.target.pass(seconds, this.signal);
      waited += seconds;
      const answer = await this.#exchange('GET', url, {}).catch(() => undefined);
      if (!answer || answer.status === 429 || answer.status >= 500) {
        lost += 1;
        if (lost > readAttempts) break;
        continue;
      }
      lost = 0;
      const body = answer.body as { status?: string } | undefined;
      if (answer.status >= 400) throw failureOf(what, answer.status, answer.body);
      if (answer.status === 202 || body?.status === 'InProgress' || body?.status === 'Running') continue;
      if (body?.status === 'Failed' || body?.status === 'Canceled') throw failureOf(what, 200, answer.body);
      return answer.body;
    }
    throw new Error(`${what}: no end in sight.`);
  }

  async #exchange(
    method: string,
    url: string,
    { body, headers }: SendOptions,
  ): Promise<Answer<ArmBody | undefined>> {
    this.signal?.throwIfAborted();
    return await call<ArmBody | undefined>(url, {
      method,
      headers: {
        authorization: `Bearer ${await this.target.token()}`,
        'user-agent': userAgent,
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      ...(this.at.ca === undefined ? {} : { ca: this.at.ca }),
    });
  }
}

function versionOf(id: string): string {
  if (/\/providers\/Microsoft\.Compute\/skus$/i.test(id)) return skuVersion;
  const provider = /\/providers\/([^/]+)\//i.exec(id)?.[1]?.toLowerCase() ?? '';
  return versions[provider] ?? groupVersion;
}

function failureOf(what: string, status: number, body: unknown): ArmFailure {
  const { error, Error: old } = (body ?? {}) as Record<
    string,
    { code?: string; message?: string } | undefined
  >;
  const found = error ?? lowered(old);
  const code = found?.code ?? `status ${status}`;
  return new ArmFailure(status, code, `${what}: ${code}. ${found?.message ?? ''}`.trim());
}

/** The failed deletion of a group says it in capitals. */
function lowered(error: object | undefined): { code?: string; message?: string } | undefined {
  if (!error) return undefined;
  return Object.fromEntries(
    Object.entries(error).map(([name, value]) => [name.toLowerCase(), value as string]),
  );
}
