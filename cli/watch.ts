import { setTimeout as delay } from 'node:timers/promises';
import type { BatchView } from '../shared/batches/views';
import type { OperationView } from '../shared/api/views';
import type { Client } from './client';
import { CliError, exitCodes } from './errors';
import type { Output } from './output';

export interface Patience {
  /** Seconds between looks. */
  every: number;
  /** Seconds after which to give up; the work goes on. */
  timeout: number;
}

const signs = { pending: '·', running: '▸', done: '✔', failed: '✖', skipped: '-' } as const;

/** The steps of an operation, a line each; running ones have no time, so that a line is told once where nothing is redrawn. */
export function stepLines({ steps }: Pick<OperationView, 'steps'>): string[] {
  return steps
    .filter(({ status }) => status !== 'pending')
    .map(({ name, status, change, detail, startedAt, finishedAt }) => {
      const seconds =
        startedAt !== undefined && finishedAt !== undefined
          ? `${Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000)} s`
          : '';
      return [`  ${signs[status]} ${name.padEnd(24)}`, seconds.padStart(7), change ?? '', detail ?? '']
        .join('  ')
        .trimEnd();
    });
}

/** Follows an operation to its end. */
export async function watchOperation(
  client: Client,
  output: Output,
  id: string,
  patience: Patience,
): Promise<OperationView> {
  const operation = await until(patience, 'operation', id, async () => {
    const now = await client.get<OperationView>(`/operations/${id}`);
    const what = [now.kind, [now.network, now.host].filter(Boolean).join('/')].join(' ');
    output.progress([`${what}, operation ${id}`, ...stepLines(now)]);
    return now.finishedAt === undefined ? undefined : now;
  });
  output.settle();
  return operation;
}

/** Follows a batch until it is over, or stands still and somebody has to decide. */
export async function watchBatch(
  client: Client,
  output: Output,
  id: string,
  patience: Patience,
): Promise<BatchView> {
  const batch = await until(patience, 'batch', id, async () => {
    const now = await client.get<BatchView>(`/batches/${id}`, { limit: 1 });
    output.progress([batchLine(now)]);
    return now.state === 'finished' || now.state === 'paused' ? now : undefined;
  });
  output.settle();
  return batch;
}

export function batchLine({ id, state, total, counts }: BatchView): string {
  const told = Object.entries(counts ?? {}).filter(([, count]) => count > 0);
  return `batch ${id}: ${state}, ${total} hosts: ${told.map(([status, count]) => `${count} ${status}`).join(', ')}`;
}

/** How an operation ended, as lines; throws nothing. */
export function endLines({ status, failure, network, host }: OperationView): string[] {
  const what = host === undefined ? network : `${network}/${host}`;
  if (!failure) return [`${what}: ${status}`];
  const { code, message, step, leftovers = [] } = failure;
  return [
    `${what}: ${status} ${step === undefined ? '' : `in step ${step} `}with ${code}. ${message}`,
    ...leftovers.map((id) => `  left behind: ${id}`),
  ];
}

async function until<T>(
  { every, timeout }: Patience,
  what: 'operation' | 'batch',
  id: string,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const end = performance.now() + timeout * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() >= end) {
      const lines = [
        `Waited ${timeout} s for ${what} ${id}; it goes on.`,
        `  follow it with: nested-hosts ${what} watch ${id}`,
      ];
      throw new CliError(lines.join('\n'), exitCodes.timeout);
    }
    await delay(every * 1000);
  }
}
