import type { AzureClients } from '../clients';
import type { Decision, ResourceSpec } from '../ensure';
import { nameOf, parseId, sameId } from '../ids';
import { failed } from '../outcome';
import { networkApiVersion, readRaw, writeRaw } from '../raw';

/** A subnet as Azure sent it, unknown properties included. */
export interface RawSubnet {
  etag?: string;
  properties?: { routeTable?: { id?: string }; provisioningState?: string; [key: string]: unknown };
  [key: string]: unknown;
}

/**
 * Desired association of one subnet that may be somebody else's: everything goes back as it was read, only `routeTable`
 * differs. `wanted` undefined takes our table off again.
 */
export function desiredAssociation(
  subnetId: string,
  tableId: string,
  wanted: boolean,
  existing: RawSubnet | undefined,
): Decision<RawSubnet> {
  if (!existing?.properties) {
    return wanted
      ? refuse('SubnetNotFound', `The routed subnet ${nameOf(subnetId)} is gone.`)
      : { action: 'none' };
  }
  const { routeTable, provisioningState, ...rest } = existing.properties;
  if (wanted && routeTable?.id && !sameId(routeTable.id, tableId)) {
    return refuse(
      'RouteTableChanged',
      `The subnet ${nameOf(subnetId)} was given the route table ${nameOf(routeTable.id)} meanwhile. Try again: the route goes there.`,
    );
  }
  const associated = sameId(routeTable?.id, tableId);
  if (associated !== wanted) {
    const properties = wanted ? { ...rest, routeTable: { id: tableId } } : rest;
    return provisioningState === 'Updating'
      ? { action: 'wait' }
      : { action: 'put', change: 'updated', body: { ...existing, properties } };
  }
  return provisioningState === 'Updating' ? { action: 'wait' } : { action: 'none' };
}

const refuse = (code: string, message: string): Decision<never> => ({
  action: 'refuse',
  failure: failed('conflict', code, message),
});

export function associationSpec(subnetId: string, tableId: string, wanted: boolean): ResourceSpec<RawSubnet> {
  const pipeline = async (clients: AzureClients) =>
    (await clients.network(parseId(subnetId).subscriptionId)).pipeline;
  const url = (clients: AzureClients) => `${clients.endpoint}${subnetId}?api-version=${networkApiVersion}`;
  return {
    id: subnetId,
    read: async (clients) => readRaw(await pipeline(clients), url(clients)),
    desired: (existing) => desiredAssociation(subnetId, tableId, wanted, existing),
    write: async (clients, body, existing) =>
      writeRaw(await pipeline(clients), url(clients), body, existing?.etag ?? '*'),
  };
}
