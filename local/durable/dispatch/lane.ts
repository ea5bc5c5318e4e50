/** Work items of one kind that run at the same time, at most `limit` of them and one per key. */
export class Lane {
  private readonly running = new Map<string, symbol>();

  constructor(private readonly limit: number) {}

  /** @returns a token for the run, or undefined if the key is running or the lane is full */
  enter(key: string): symbol | undefined {
    if (this.running.has(key) || this.running.size >= this.limit) return undefined;
    const token = Symbol(key);
    this.running.set(key, token);
    return token;
  }

  /** Whether the run still counts: false once it has left or was abandoned with its worker. */
  holds(key: string, token: symbol): boolean {
    return this.running.get(key) === token;
  }

  leave(key: string, token: symbol): void {
    if (this.holds(key, token)) this.running.delete(key);
  }

  /** Forgets all runs: their work is delivered again. */
  abandon(): void {
    this.running.clear();
  }
}
