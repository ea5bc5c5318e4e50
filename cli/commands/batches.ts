import type { Command } from 'commander';
import { fingerprint } from '../../shared/api/canonical';
import type { BatchView } from '../../shared/batches/views';
import { callbackField, callbackOptions, callbackQuery, type CallbackFlags } from '../callback';
import type { Call } from '../client';
import { CliError, exitCodes } from '../errors';
import { readText } from '../files';
import { open, once, type Session } from '../session';
import { batchLine, watchBatch } from '../watch';

interface Submission extends CallbackFlags {
  network?: string;
  ticket?: string;
  priority?: string;
  idempotencyKey?: string;
  watch?: boolean;
}

export function batchCommands(program: Command): void {
  const batch = program.command('batch').description('order many hosts at once');

  callbackOptions(batch.command('submit <file>'))
    .description(
      'order the hosts of a CSV or JSON file (- for standard input); sending the same again is the same batch',
    )
    .option('--network <network>', 'of rows that name none')
    .option('--ticket <ticket>', 'of rows that name none')
    .option('--priority <0-9>', 'of rows that name none')
    .option('--idempotency-key <key>', 'default: made of the file and the options')
    .option('--watch', 'follow it to its end')
    .action(async (file: string, { watch, idempotencyKey, ...defaults }: Submission, command: Command) => {
      const session = open(command);
      const content = readText(file);
      const headers = once(idempotencyKey ?? fingerprint({ content, defaults }).slice(0, 40));
      const csv = !/^\s*[[{]/.test(content);
      const { body } = await session.client.call<BatchView>('/batches', {
        method: 'POST',
        headers,
        ...(csv
          ? { query: queryOf(defaults), text: { type: 'text/csv', content } }
          : { body: jsonBatch(file, content, defaults) }),
      });
      if (watch === true) return await follow(session, body.id);
      session.output.result(body, () => [
        `batch ${body.id}: ${body.total} hosts accepted`,
        `  follow it with: nested-hosts batch watch ${body.id}`,
      ]);
    });

  batch
    .command('watch <id>')
    .description('follow a batch to its end, or to where it stops')
    .action(async (id: string, _options: object, command: Command) => await follow(open(command), id));

  batch
    .command('sheet <id>')
    .description('the result sheet, as CSV on standard output')
    .action(async (id: string, _options: object, command: Command) => {
      const { client } = open(command);
      process.stdout.write(await client.get<string>(pathOf(id), { format: 'csv' }));
    });

  batch
    .command('resume <id>')
    .description('go on where it stopped')
    .option('--network <network>', 'default: every network on which it stopped')
    .action(async (id: string, body: { network?: string }, command: Command) => {
      await steer(open(command), `${pathOf(id)}/resume`, { method: 'POST', body });
    });

  batch
    .command('cancel <id>')
    .description('begin nothing more; what is under way goes on, unless it is cancelled, too')
    .option('--running', 'also cancel what is under way, and take back what it made')
    .action(async (id: string, { running }: { running?: true }, command: Command) => {
      const query = running ? { running: 'cancel' } : {};
      await steer(open(command), pathOf(id), { method: 'DELETE', query });
    });
}

async function steer({ client, output }: Session, path: string, call: Call): Promise<void> {
  const { body } = await client.call<BatchView>(path, call);
  output.result(body, () => [`batch ${body.id}: ${body.state}`]);
}

const pathOf = (id: string): string => `/batches/${encodeURIComponent(id)}`;

const queryOf = ({ network, ticket, priority, ...flags }: Submission): NonNullable<Call['query']> => ({
  ...{ network, ticket, priority },
  ...callbackQuery(flags),
});

function jsonBatch(
  file: string,
  content: string,
  { priority, callback, callbackEvents, ...defaults }: Submission,
): object {
  const told = callbackField({ callback, callbackEvents });
  try {
    const value = JSON.parse(content) as object;
    const body = Array.isArray(value) ? { rows: value as unknown[] } : value;
    return {
      ...defaults,
      ...told,
      ...(priority === undefined ? {} : { priority: Number(priority) }),
      ...body,
    };
  } catch (error) {
    throw new CliError(`${file} is neither CSV nor JSON: ${(error as Error).message}`, exitCodes.invalid);
  }
}

/** Throws the CliError unless every host is there. */
async function follow({ client, output, patience }: Session, id: string): Promise<void> {
  const batch = await watchBatch(client, output, id, patience);
  const { succeeded = 0, unchanged = 0 } = batch.counts ?? {};
  const lines = [
    batchLine(batch),
    ...(batch.paused ?? []).map(({ network, reason }) => `  paused on ${network}: ${reason}`),
    ...(batch.state === 'paused' ? [`  go on with: nested-hosts batch resume ${id}`] : []),
  ];
  if (batch.state !== 'finished' || succeeded + unchanged < batch.total) {
    throw new CliError(lines.join('\n'), exitCodes.failed, batch);
  }
  output.result(batch, () => lines);
}
