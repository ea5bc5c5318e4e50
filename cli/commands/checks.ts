import type { Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import type { PathReport } from '../../shared/paths/report';
import { CliError, exitCodes } from '../errors';
import { columns } from '../output';
import { open, read, type Session } from '../session';

interface Run {
  id: string;
  network: string;
  href: string;
}
interface Report {
  id: string;
  network: string;
  status: string;
  dryRun: boolean;
  failure?: string;
  findings: {
    kind: string;
    what: string;
    host?: string;
    detail: string;
    action: { verdict: string; reason?: string };
  }[];
}

export function checkCommands(program: Command): void {
  program
    .command('paths <network> <name>')
    .description('say how packets go to the guests of a host and back, and what breaks a way')
    .option('--from <end>', 'guest, guest:<host>, subnet:<name>, an address')
    .option('--to <end>', 'the same, internet, dns')
    .action(async (network: string, name: string, ends: { from?: string; to?: string }, command: Command) => {
      const session = open(command);
      const path = `/hosts/${encodeURIComponent(network)}/${encodeURIComponent(name)}/paths`;
      const { ok, paths } = await read<{ ok: boolean; paths: PathReport[] }>(session, path, {
        query: { ...ends },
      });
      const lines = pathLines(paths);
      if (!ok) throw new CliError(lines.join('\n'), exitCodes.failed, { ok, paths });
      session.output.result({ ok, paths }, () => lines);
    });

  program
    .command('reconcile')
    .description('compare Azure with what was promised, and mend what may be mended')
    .option('--network <network>', 'default: all networks')
    .option('--dry-run', 'only say what would be done')
    .option('--verify-guests', 'also look inside every running host')
    .action(
      async (wish: { network?: string; dryRun?: boolean; verifyGuests?: boolean }, command: Command) => {
        const session = open(command);
        const { body } = await session.client.call<Run | { reconciliations: Run[] }>('/reconciliations', {
          method: 'POST',
          body: wish,
        });
        const runs = 'reconciliations' in body ? body.reconciliations : [body];
        const reports = await Promise.all(runs.map(async (run) => await reportOf(session, run)));
        const failed = reports.filter(({ status }) => status === 'failed');
        const lines = reports.flatMap(reportLines);
        if (failed.length > 0) throw new CliError(lines.join('\n'), exitCodes.failed, reports);
        session.output.result(reports, () => lines);
      },
    );
}

function pathLines(paths: readonly PathReport[]): string[] {
  return [
    ...columns([
      ['from', 'to', '', 'source seen'],
      ...paths.map(({ from, to, ok, sourceSeen }) => [from, to, ok ? 'ok' : 'BROKEN', sourceSeen]),
    ]),
    ...paths.flatMap(({ from, to, brokenBy }) =>
      brokenBy ? [`${from} to ${to}: ${brokenBy.name}: ${brokenBy.reason}. ${brokenBy.remedy}`] : [],
    ),
  ];
}

async function reportOf({ client, output, patience }: Session, { id, network, href }: Run): Promise<Report> {
  const end = performance.now() + patience.timeout * 1000;
  for (;;) {
    const report = await client.get<Report>(href.replace(/^\/api\/v1/, ''));
    if (report.status !== 'running') return report;
    output.progress([`reconciling ${network}`]);
    if (performance.now() > end)
      throw new CliError(`Waited ${patience.timeout} s for ${id}; it goes on.`, exitCodes.timeout);
    await delay(patience.every * 1000);
  }
}

function reportLines({ network, status, dryRun, failure, findings }: Report): string[] {
  const heading = `${network}: ${status}${dryRun ? ', nothing was changed' : ''}, ${findings.length} findings`;
  return [
    failure === undefined ? heading : `${heading}. ${failure}`,
    ...findings.map(({ kind, host, what, detail, action }) => {
      const reason = action.reason === undefined ? '' : ` (${action.reason})`;
      return `  ${kind} ${host ?? what.split('/').at(-1)}: ${detail} [${action.verdict}${reason}]`;
    }),
  ];
}
