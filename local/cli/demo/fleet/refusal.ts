import type { System } from '../../../launch/system';
import { until } from '../../../launch/until';
import { network } from './company';

export interface Refusal {
  code: string | null;
  /** What the reason names, of the things a reader needs: subnet, appliance, way out. */
  names: string[];
  text: string;
  /** Writes to Azure while the host was asked for and refused. */
  writes: number;
}

/** Asks for a host that must be refused, and returns the reason. @throws if it is not refused. */
export async function refused({ app, admin }: System, signal: AbortSignal): Promise<Refusal> {
  const { writes } = (await admin.requests()).counts;
  const answer = await app.send<{ id: string }>('POST', '/hosts', { network, name: 'hv-01' });
  const operation = await until(
    async () => {
      const seen = await app.operation(answer.body.id);
      return seen.finishedAt === undefined ? undefined : seen;
    },
    { what: 'the refusal', signal },
  );
  if (operation.status !== 'failed') throw new Error(`The host was not refused but ${operation.status}.`);
  const text = operation.failure?.message ?? '';
  const named = ['Apps', '10.60.9.4', 'via: appliance'].filter((name) => text.includes(name));
  const code = operation.failure?.code ?? null;
  return { code, names: named, text, writes: (await admin.requests()).counts.writes - writes };
}
