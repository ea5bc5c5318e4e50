import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { TimerStatus } from './schedule';

const statuses = z.record(
  z.string(),
  z.object({ last: z.number(), next: z.number(), lastUpdated: z.number() }),
);

/** Status of every monitored timer, by function name, in one file of the data folder. */
export class TimerStore {
  private readonly file: string;
  private readonly statuses: Record<string, TimerStatus>;

  constructor(dataFolder: string) {
    this.file = path.join(dataFolder, 'timers.json');
    this.statuses = existsSync(this.file) ? statuses.parse(JSON.parse(readFileSync(this.file, 'utf8'))) : {};
  }

  get(name: string): TimerStatus | undefined {
    return this.statuses[name];
  }

  set(name: string, status: TimerStatus): void {
    this.statuses[name] = status;
    mkdirSync(path.dirname(this.file), { recursive: true });
    // Replaced as a whole: a kill in the middle leaves the old file.
    writeFileSync(`${this.file}.new`, JSON.stringify(this.statuses));
    renameSync(`${this.file}.new`, this.file);
  }
}
