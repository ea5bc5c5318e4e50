import type { OperationView } from '../../../launch/appClient';
import type { System } from '../../../launch/system';
import { until } from '../../../launch/until';
import { elapsed, titles } from '../progress';
import type { Screen } from '../screen';

/** Longest real time that a fleet of operations may take. */
const limit = 240_000;

/**
 * Shows many operations, one line each, until all have ended.
 * @throws if one of them did not succeed.
 */
export async function watchAll(
  system: System,
  screen: Screen,
  signal: AbortSignal,
  heading: string,
  ids: readonly string[],
): Promise<OperationView[]> {
  const told = new Set<string>();
  if (!screen.redraws) screen.print(heading);
  const ended = await until(
    async () => {
      const [operations, { now }] = await Promise.all([
        Promise.all(ids.map((id) => system.app.operation(id))),
        system.admin.clock(),
      ]);
      const over = operations.filter(({ finishedAt }) => finishedAt !== undefined);
      screen.show([
        `${heading}  ${over.length} of ${ids.length}`,
        ...operations.map((one) => line(one, now)),
      ]);
      if (!screen.redraws) {
        const news = over.filter(({ id }) => !told.has(id));
        screen.print(...news.map((one) => line(one, now)));
        for (const { id } of news) told.add(id);
      }
      return over.length === ids.length ? operations : undefined;
    },
    { what: heading, every: 250, limit, signal },
  );
  screen.keep();
  screen.print('');
  const failed = ended.filter(({ status }) => status !== 'succeeded');
  if (failed.length > 0) {
    const reasons = failed.map(({ host, failure }) => `${host}: ${failure?.code} ${failure?.message}`);
    throw new Error([`${heading}: not all succeeded.`, ...reasons].join('\n'));
  }
  return ended;
}

function line(operation: OperationView, now: number): string {
  const { host = '', status, steps, startedAt, finishedAt } = operation;
  const current = steps.find((step) => step.status === 'running');
  const sign = { admitted: '·', running: '▸', succeeded: '✔', failed: '✖', cancelled: '–' }[status];
  const doing = finishedAt === undefined ? (titles[current?.name ?? ''] ?? 'waits for its turn') : status;
  const time = startedAt ? elapsed(Date.parse(startedAt), Date.parse(finishedAt ?? '') || now) : '';
  return `  ${sign} ${host.padEnd(15)} ${doing.padEnd(27)} ${time.padStart(6)}`.trimEnd();
}
