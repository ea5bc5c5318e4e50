import type { FaultSpec } from '../../local/azure/edge/faults';
import { expectOk } from '../../local/launch/http';
import type { System } from '../../local/launch/system';
import { until } from '../../local/launch/until';

/** Puts the names of host `{h}`, network `{n}` and subscription `{s}` into a fault. */
export function named(fault: FaultSpec, names: Record<'h' | 'n' | 's', string>): FaultSpec {
  const text = JSON.stringify(fault).replaceAll(/\{([hns])\}/g, (_, key: 'h' | 'n' | 's') => names[key]);
  return JSON.parse(text) as FaultSpec;
}

export async function plant({ azure }: System, fault: FaultSpec): Promise<string> {
  const { id } = await expectOk<{ id: string }>(`${azure.adminEndpoint}/faults`, {
    method: 'POST',
    body: fault,
  });
  return id;
}

interface Planted {
  id: string;
  hits: number;
  held: boolean;
}

export async function planted({ azure }: System): Promise<Planted[]> {
  return (await expectOk<{ faults: Planted[] }>(`${azure.adminEndpoint}/faults`)).faults;
}

/** Waits until a fault holds a request of the operation. @throws at once if that ended without one. */
export async function held(system: System, id: string, operation: string): Promise<void> {
  const look = async (): Promise<true | undefined> => {
    const fault = (await planted(system)).find((one) => one.id === id);
    if (fault?.held) return true;
    const { status, finishedAt, failure } = await system.app.operation(operation);
    if (finishedAt === undefined) return undefined;
    throw new Error(`${operation} ended as ${status} before a request was held: ${failure?.message ?? ''}`);
  };
  await until(look, { what: `a request of ${operation} held by ${id}`, limit: 1_200_000, every: 500 });
}

export async function removeByHand({ azure }: System, id: string): Promise<void> {
  await expectOk(`${azure.adminEndpoint}/resources?id=${encodeURIComponent(id)}`, { method: 'DELETE' });
}
