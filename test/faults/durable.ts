import { setTimeout as delay } from 'node:timers/promises';
import { expectOk } from '../../local/launch/http';
import type { System } from '../../local/launch/system';

const url = ({ host }: System, path: string): string =>
  `${host.url}/runtime/webhooks/durabletask/${path}${path.includes('?') ? '&' : '?'}code=${host.functionKey}`;

interface LeaseOrGate {
  entityId: { name: string; key: string };
  state: Record<string, unknown> | null;
}

/** Leases and gates that somebody holds or waits for. */
export async function occupiedEntities(system: System): Promise<LeaseOrGate[]> {
  const entities = await expectOk<LeaseOrGate[]>(url(system, 'entities?fetchState=true&top=1000'));
  return entities.filter(({ state }) => Object.values(state ?? {}).some(occupied));
}

const occupied = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : typeof value === 'object' && value !== null;

/** Ids of orchestrations that have not ended. */
export async function unfinished(system: System): Promise<string[]> {
  const status = 'runtimeStatus=Running,Pending,Suspended,ContinuedAsNew';
  const rows = await expectOk<{ instanceId: string }[]>(url(system, `instances?${status}&top=1000`));
  return rows.map(({ instanceId }) => instanceId).filter((id) => !id.startsWith('@'));
}

/** Ids of orchestrations that failed as such: they are to return an outcome, whatever happens. */
export async function failedInstances(system: System): Promise<string[]> {
  const rows = await expectOk<{ instanceId: string }[]>(
    url(system, 'instances?runtimeStatus=Failed,Terminated&top=1000'),
  );
  return rows.map(({ instanceId }) => instanceId);
}

export async function statusOf(system: System, id: string): Promise<string> {
  return (await expectOk<{ runtimeStatus: string }>(url(system, `instances/${id}`))).runtimeStatus;
}

export async function raiseCancel(system: System, id: string): Promise<void> {
  await expectOk(url(system, `instances/${id}/raiseEvent/cancel`), { method: 'POST', body: {} });
}

/**
 * Waits for orchestrations with one question at a time for all of them: the clock jumps only while the app is idle, and
 * many who ask would keep it busy.
 */
export class Endings {
  private readonly waiting = new Map<string, () => void>();
  private running = false;

  constructor(private readonly system: System) {}

  async of(id: string): Promise<void> {
    const ended = new Promise<void>((resolve) => this.waiting.set(id, resolve));
    const looking = this.running ? undefined : this.look();
    await Promise.all([ended, looking]);
  }

  private async look(): Promise<void> {
    this.running = true;
    try {
      while (this.waiting.size > 0) {
        await delay(lookEvery);
        const open = new Set(await unfinished(this.system));
        for (const [id, resolve] of this.waiting) {
          // An operation that was admitted a moment ago may not have its instance yet.
          if (open.has(id) || !terminal.includes(await statusOf(this.system, id))) continue;
          this.waiting.delete(id);
          resolve();
        }
      }
    } finally {
      this.running = false;
    }
  }
}

const lookEvery = 300;
const terminal = ['Completed', 'Failed', 'Terminated', 'Canceled'];
