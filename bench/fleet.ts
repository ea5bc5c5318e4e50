import type { HostView, OperationView } from '../local/launch/appClient';
import type { System } from '../local/launch/system';
import { until } from '../local/launch/until';
import { operationId } from '../shared/api/operationId';

/** One host to order, by a call of the HTTP API or by a queue message. */
export interface FleetOrder {
  network: string;
  name: string;
  way: 'http' | 'queue';
}

/** So many orders on one network; every other one goes over the queue. Hosts are `<prefix>-001` and so on. */
export function fleetOrders(network: string, count: number, prefix = 'hv'): FleetOrder[] {
  return Array.from({ length: count }, (_, index) => ({
    network,
    name: `${prefix}-${String(index + 1).padStart(3, '0')}`,
    way: index % 2 === 0 ? 'http' : 'queue',
  }));
}

/** Idempotency-Key or requestId of an order. */
const requestOf = ({ network, name }: FleetOrder): string => `${network}-${name}`;

/** The operation that an order becomes. */
export async function operationOf({ app }: System, order: FleetOrder): Promise<OperationView> {
  const request = requestOf(order);
  return await app.operation(
    order.way === 'http'
      ? operationId({ kind: 'http', caller: 'function-key', idempotencyKey: request })
      : operationId({ kind: 'queue', requestId: request }),
  );
}

/**
 * Orders all hosts at once and waits until none of them is on its way any more.
 * @param limit real milliseconds to wait
 * @returns the hosts as the API shows them, in the order of `orders`
 */
export async function provisionFleet(
  system: System,
  orders: FleetOrder[],
  limit: number,
): Promise<HostView[]> {
  await Promise.all(orders.map((order) => send(system, order)));
  return await until(
    async () => {
      const views = await system.app.get<HostView[]>('/hosts');
      const ours = orders.flatMap(({ network, name }) =>
        views.filter((view) => view.network === network && view.name === name),
      );
      const over = ours.length === orders.length && ours.every(({ state }) => state !== 'provisioning');
      return over ? ours : undefined;
    },
    // Asked rarely: the app answers while it should work.
    { what: `${orders.length} hosts`, limit, every: 1_000 },
  );
}

async function send({ app, queue }: System, order: FleetOrder): Promise<void> {
  const { network, name, way } = order;
  if (way === 'queue') {
    const message = { schemaVersion: 1, kind: 'provision', requestId: requestOf(order), network, name };
    return await queue.send(message);
  }
  const { status, body } = await app.send(
    'POST',
    '/hosts',
    { network, name },
    { 'idempotency-key': requestOf(order) },
  );
  if (status !== 202) throw new Error(`POST host ${name}: ${status} ${JSON.stringify(body)}`);
}
