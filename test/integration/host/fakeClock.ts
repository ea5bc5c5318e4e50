import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface IdleReport {
  name: string;
  nextDue: number | null;
}

/**
 * A clock server of the test's own: time moves only when the test says so. Streams one document per line to its follower
 * and keeps what the follower reports.
 */
export class FakeClock {
  readonly idle: IdleReport[] = [];
  readonly left: string[] = [];
  /** Name of every follower whose stream opened, in order, how many closed, and whether one is open now. */
  readonly followers: string[] = [];
  closed = 0;
  following = false;
  url = '';
  /** Jump to the due time of every idle report. */
  jumpWhenIdle = false;
  private stream: ServerResponse | undefined;
  private readonly server = createServer((request, response) => void this.answer(request, response));

  constructor(
    public now: number,
    private readonly mode: 'rate' | 'jump' = 'rate',
  ) {}

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const address = this.server.address();
    this.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/admin/clock`;
    return this;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  advance(ms: number): void {
    this.now += ms;
    this.stream?.write(this.document());
  }

  private document(): string {
    return `${JSON.stringify({ now: this.now, rate: 0, paused: false, mode: this.mode })}\n`;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const name = searchParams.get('name') ?? '';
    if (pathname.endsWith('/follow')) {
      this.stream = response;
      this.followers.push(name);
      this.following = true;
      response.on('close', () => {
        this.following = false;
        this.closed += 1;
      });
      response.write(this.document());
      return;
    }
    let body = '';
    for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString();
    if (pathname.endsWith('/leave')) this.left.push(name);
    if (pathname.endsWith('/idle')) {
      const report = JSON.parse(body) as IdleReport;
      this.idle.push(report);
      if (this.jumpWhenIdle && report.nextDue !== null && report.nextDue > this.now) {
        this.advance(report.nextDue - this.now);
      }
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(this.document());
  }
}
