import http from 'node:http';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { SimulatedTime, type ClockDocument, type HostClock } from './clock';

const clockDocument = z.object({
  now: z.number(),
  rate: z.number().min(0),
  paused: z.boolean(),
  mode: z.enum(['rate', 'jump']),
});

const reconnectDelay = 100;
/** The server writes a line at least every 5 s; a stream silent for longer is dead. */
const silenceLimit = 15_000;

/**
 * Follows a simulated clock served over HTTP. The open stream tells the server that this follower is ready; while it is not
 * followed (`pause`, or the server is unreachable) time stands still here, and the server pauses it for everybody.
 */
export class ClockFollower implements HostClock {
  private readonly time = new SimulatedTime(() => performance.now());
  private readonly listeners = new Set<() => void>();
  private mode: ClockDocument['mode'] = 'rate';
  private wanted = false;
  private stream: http.ClientRequest | undefined;
  private retry: NodeJS.Timeout | undefined;

  /** `url` is the clock's own address (`.../admin/clock`); `name` identifies this follower to the server. */
  constructor(
    private readonly url: string,
    private readonly name: string,
  ) {}

  get jumping(): boolean {
    return this.mode === 'jump';
  }

  now(): number {
    return Math.floor(this.time.now());
  }

  realDelayUntil(t: number): number {
    return this.time.realDelayUntil(t);
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Learns the time without following yet. Rejects when the server does not answer. */
  async connect(): Promise<void> {
    this.apply(await this.call('GET', ''), { frozen: true });
  }

  /** Ready: keeps the stream open, reconnecting until `pause` or `leave`. */
  follow(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.open();
  }

  /** Not ready: closes the stream, which pauses the clock. */
  pause(): void {
    this.wanted = false;
    clearTimeout(this.retry);
    this.stream?.destroy();
    this.stream = undefined;
    this.freeze();
  }

  /** Says that nothing is outstanding here until `nextDue` (epoch ms, null = nothing planned). */
  async idle(nextDue: number | null): Promise<void> {
    this.apply(await this.call('POST', '/idle', { name: this.name, nextDue }));
  }

  /** Clean end: the clock need not wait for this follower any more. */
  async leave(): Promise<void> {
    this.pause();
    await this.call('POST', `/leave?name=${encodeURIComponent(this.name)}`, {}).catch(() => undefined);
  }

  private open(): void {
    const request = http.get(`${this.url}/follow?name=${encodeURIComponent(this.name)}`, { agent: false });
    this.stream = request;
    const lost = (): void => {
      if (this.stream !== request) return;
      this.stream = undefined;
      request.destroy();
      this.freeze();
      if (this.wanted) this.retry = setTimeout(() => this.open(), reconnectDelay);
    };
    request.setTimeout(silenceLimit, () => request.destroy());
    request.on('error', lost);
    request.on('close', lost);
    request.on('response', (response) => {
      if (response.statusCode !== 200) {
        request.destroy();
        return;
      }
      // The interface repeats errors of its input as its own.
      createInterface({ input: response })
        .on('line', (line) => {
          if (this.stream === request && line.trim() !== '') this.apply(JSON.parse(line));
        })
        .on('error', lost)
        .on('close', lost);
      response.on('error', lost);
    });
  }

  private apply(value: unknown, { frozen = false } = {}): void {
    const document = clockDocument.parse(value);
    this.mode = document.mode;
    this.time.apply(frozen || !this.stream ? { ...document, paused: true } : document);
    this.changed();
  }

  private freeze(): void {
    this.time.freeze();
    this.changed();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }

  private async call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
      signal: AbortSignal.timeout(5_000),
    });
    if (!response.ok) throw new Error(`The clock at ${this.url} answered ${response.status}.`);
    return response.json();
  }
}
