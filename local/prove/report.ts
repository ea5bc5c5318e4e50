import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Evidence } from './evidence';
import type { Exchange } from './exchange';
import { measure, type Measured } from './latencies';
import { masked, maskedText, type MaskOptions } from './mask';
import type { Judged } from './verdict';

export interface RunFacts {
  runId: string;
  azure: 'azure' | 'simulated';
  location: string;
  group: string;
  /** ISO 8601, real time. */
  startedAt: string;
  finishedAt: string;
  failure?: string;
  /** The group is gone, kept on purpose, or left. */
  groupState: string;
}

/** Writes everything that a run found into a folder, without secrets. */
export function writeReport(
  folder: string,
  run: RunFacts,
  judged: readonly Judged[],
  evidence: Evidence,
  mask: MaskOptions,
): void {
  mkdirSync(folder, { recursive: true });
  const latencies = measure(evidence);
  const write = (name: string, text: string): void =>
    writeFileSync(join(folder, name), maskedText(text, mask));
  write('statements.md', markdown(run, judged, latencies, evidence));
  const { exchanges, ...seen } = evidence;
  write('statements.json', `${JSON.stringify({ run, statements: judged, latencies, seen }, null, 2)}\n`);
  write('traffic.yaml', traffic(exchanges.map((one) => masked(one, mask))));
}

export function markdown(
  run: RunFacts,
  judged: readonly Judged[],
  latencies: readonly Measured[],
  { differences, troubles }: Pick<Evidence, 'differences' | 'troubles'>,
): string {
  const row = (...cells: (string | number | undefined)[]): string =>
    `| ${cells.map((cell) => escaped(String(cell ?? ''))).join(' | ')} |`;
  const count = (verdict: string): number => judged.filter((one) => one.verdict === verdict).length;
  return [
    `# Prove run ${run.runId}`,
    '',
    run.azure === 'simulated'
      ? 'Against the **simulated** Azure: it proves that the run works, and nothing of Azure or Windows.'
      : `Against Azure, region ${run.location}, ${run.startedAt} to ${run.finishedAt}.`,
    ...(run.failure === undefined ? [] : ['', `The run ended early: ${escaped(run.failure)}`]),
    '',
    `${count('proved')} proved, ${count('refuted')} refuted, ${count('not reached')} not reached.`,
    '',
    row('id', 'statement', 'verdict', 'evidence'),
    row('---', '---', '---', '---'),
    ...judged.map(({ id, statement, verdict, evidence }) => row(id, statement, verdict, evidence)),
    '',
    '## Packets and what the app thinks of them',
    '',
    ...(differences.length === 0
      ? ['No difference was seen between packets, effective routes and the packet walk.']
      : differences.map((one) => `- ${escaped(one)}`)),
    '',
    ...(troubles.length === 0
      ? []
      : ['## What went wrong on the way', '', ...troubles.map((one) => `- ${escaped(one)}`), '']),
    '## How long things took',
    '',
    'Seconds, medians: at least and at most, as somebody looked only so often. Beside it what the simulated Azure takes',
    '(`local/azure/latencies.ts`) and after how long the app looks first (`paces` in `shared/azure/retry.ts`).',
    '',
    row('what', 'count', 'at least', 'at most', 'simulated', 'first look'),
    row('---', '---', '---', '---', '---', '---'),
    ...latencies.map(({ what, count: times, atLeast, atMost, simulated, pace }) =>
      row(what, times, atLeast, atMost, simulated, pace),
    ),
    '',
  ].join('\n');
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

/** The shape of a go-vcr cassette of version 2, as public recordings of Azure have it, with times added. */
function traffic(exchanges: readonly Exchange[]): string {
  const listed = (headers: Record<string, string>): Record<string, string[]> =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return stringify(
    {
      version: 2,
      interactions: exchanges.map((one) => ({
        id: one.id,
        by: one.by,
        at: new Date(one.startedAt).toISOString(),
        request: {
          body: one.requestBody,
          headers: listed(one.requestHeaders),
          url: one.url,
          method: one.method,
        },
        response: {
          body: one.responseBody,
          headers: listed(one.responseHeaders),
          status: String(one.status),
          code: one.status,
          duration: `${one.endedAt - one.startedAt}ms`,
        },
      })),
    },
    { lineWidth: 0 },
  );
}
