import type { System } from '../../local/launch/system';
import { until } from '../../local/launch/until';

export interface Found {
  kind: string;
  what: string;
  host?: string;
  subnet?: string;
  remedy: string;
  action: { verdict: string; reason?: string };
}

export interface Report {
  id: string;
  status: string;
  failure?: string;
  findings: Found[];
}

/** Runs one reconciliation of a network to its end, after that of the timer if there is one. */
export async function reconcile(
  system: System,
  network: string,
  wish: Record<string, unknown> = { dryRun: false },
): Promise<Report> {
  for (;;) {
    const report = await begun(system, { network, ...wish });
    if (!/is under way/.test(report.failure ?? '')) return report;
  }
}

async function begun({ app }: System, wish: Record<string, unknown>): Promise<Report> {
  const { status, body } = await app.send<{ href: string }>('POST', '/reconciliations', wish);
  if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
  const path = body.href.replace('/api/v1', '');
  return await until(
    async () => {
      const report = await app.get<Report>(path);
      return report.status === 'running' ? undefined : report;
    },
    { what: path, limit: 120_000 },
  );
}

/** Kind and verdict of every finding, in order. */
export const verdicts = ({ findings }: Report): string[] =>
  findings.map(({ kind, action }) => `${kind} ${action.verdict}`).sort();
