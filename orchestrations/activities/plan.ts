import { createHash } from 'node:crypto';
import type { AzureClients } from '../../shared/azure/clients';
import { outcomeOf } from '../../shared/azure/ensure';
import { parseId } from '../../shared/azure/ids';
import type { HostLayout } from '../../shared/azure/layout';
import type { Outcome } from '../../shared/azure/outcome';
import { failed } from '../../shared/azure/outcome';
import { judgeOutbound, judgeSize } from '../../shared/azure/preflight';
import { readNetworkInterface } from '../../shared/azure/resources/networkInterface';
import { readPublicIp } from '../../shared/azure/resources/publicIp';
import { planRouting, readRouteTable } from '../../shared/azure/resources/routeTable';
import { findSubnet } from '../../shared/azure/resources/subnet';
import { readVirtualMachine } from '../../shared/azure/resources/virtualMachine';
import { readVirtualNetwork } from '../../shared/azure/resources/virtualNetwork';
import { list, read } from '../../shared/azure/send';
import { canNest } from '../../shared/network/sizes';
import { loadHost, type Dependencies } from './context';

/** Facts that the orchestration needs from the records; ids and flags only. */
export interface OperationFacts {
  /** Keys of the write leases: entity keys may not hold the slashes of an ARM id. */
  leases: { virtualNetwork: string; routeTable: string };
  /** NIC 1 has a public address of its own. */
  publicIp?: true;
  /** The host has a data disk of its own. */
  dataDisk?: true;
}

export function operationFacts(layout: HostLayout): OperationFacts {
  return {
    leases: leaseKeys(layout),
    ...(layout.publicIp ? { publicIp: true } : {}),
    ...(layout.dataDisk ? { dataDisk: true } : {}),
  };
}

export interface PlanFacts extends OperationFacts {
  onFailure: 'undo' | 'keep';
  /** Network subnets that do not exist yet and have to be made first. */
  missingSubnets: ('natSubnet' | 'lanSubnet')[];
}

export function leaseKeys(
  layout: Pick<HostLayout, 'virtualNetworkId' | 'routeTable'>,
): OperationFacts['leases'] {
  return { virtualNetwork: leaseKey(layout.virtualNetworkId), routeTable: leaseKey(layout.routeTable.id) };
}

export function leaseKey(armId: string): string {
  return createHash('sha256').update(armId.toLowerCase()).digest('hex').slice(0, 32);
}

/**
 * Step 0 of a provisioning: everything that can be known to be wrong is found before anything is written, and what is
 * absent now is recorded, because an undo may delete only that. The first record stands if the activity runs twice.
 */
export async function planHost(
  deps: Dependencies,
  input: { operation: string; now: number },
): Promise<Outcome<PlanFacts>> {
  return outcomeOf(async () => {
    const host = await loadHost(deps, input.operation);
    const { layout, operation } = host;
    if (operation.record.request.kind !== 'provision') throw new Error('Only a provisioning is planned.');
    const { onFailure } = operation.record.request;
    const network = await readVirtualNetwork(deps.clients, layout.virtualNetworkId);
    if (!network)
      return failed('invalid', 'VirtualNetworkNotFound', `The VNet of ${layout.network} is gone.`);
    const nesting = canNest(layout.spec.size);
    if (!nesting.ok) return failed('invalid', 'SizeCannotNest', nesting.reason);
    const problem =
      (await checkSize(deps.clients, layout)) ??
      judgeOutbound(
        layout.definition,
        findSubnet(network, layout.natSubnet.id),
        await readNatGateway(deps.clients, layout),
      );
    if (problem) return problem;

    const absentBefore = operation.record.absentBefore ?? (await findAbsent(deps.clients, layout));
    await deps.records.operations.replace(
      {
        ...operation.record,
        status: 'running',
        startedAt: operation.record.startedAt ?? new Date(input.now).toISOString(),
        absentBefore,
      },
      operation.etag,
    );
    const missing = (id: string) => absentBefore.includes(id.toLowerCase());
    return {
      status: 'done',
      change: 'unchanged',
      facts: {
        onFailure,
        ...operationFacts(layout),
        missingSubnets: (['natSubnet', 'lanSubnet'] as const).filter((key) => missing(layout[key].id)),
      },
    };
  });
}

async function checkSize(clients: AzureClients, layout: HostLayout) {
  const { subscriptionId } = layout.definition;
  const client = await clients.compute(subscriptionId);
  const location = layout.location.replaceAll(' ', '').toLowerCase();
  const [skus, usages] = await Promise.all([
    list((options) => client.resourceSkus.list({ ...options, filter: `location eq '${location}'` })),
    list((options) => client.usage.list(location, options)),
  ]);
  return judgeSize(layout.spec.size, location, skus, usages);
}

async function readNatGateway(clients: AzureClients, layout: HostLayout) {
  const { outbound } = layout.definition;
  if (outbound.kind !== 'natGateway') return undefined;
  const { subscriptionId, resourceGroup, names } = parseId(outbound.id);
  const client = await clients.network(subscriptionId);
  return read((options) => client.natGateways.get(resourceGroup, names[0] ?? '', options));
}

/** Ids, in lower case, of everything the host will need that Azure does not know yet. */
async function findAbsent(clients: AzureClients, layout: HostLayout): Promise<string[]> {
  const { subscriptionId } = layout.definition;
  const network = await readVirtualNetwork(clients, layout.virtualNetworkId);
  const tables = network ? planRouting(layout, network).tables : [];
  const compute = await clients.compute(subscriptionId);
  const disks = [layout.osDisk, ...(layout.dataDisk ? [layout.dataDisk] : [])];
  const checks: [id: string, exists: Promise<boolean>][] = [
    ...[layout.natSubnet, layout.lanSubnet, layout.ghostedSubnet].map(
      ({ id }): [string, Promise<boolean>] => [id, Promise.resolve(!!network && !!findSubnet(network, id))],
    ),
    ...[layout.nic1.id, layout.nic2.id].map((id): [string, Promise<boolean>] => [
      id,
      readNetworkInterface(clients, id).then((nic) => !!nic),
    ]),
    [layout.virtualMachine.id, readVirtualMachine(clients, layout.virtualMachine.id).then((vm) => !!vm)],
    ...disks.map(({ id, name }): [string, Promise<boolean>] => [
      id,
      read((options) => compute.disks.get(parseId(id).resourceGroup, name, options)).then((found) => !!found),
    ]),
    ...(layout.publicIp ? [layout.publicIp.id] : []).map((id): [string, Promise<boolean>] => [
      id,
      readPublicIp(clients, id).then((found) => !!found),
    ]),
    [layout.routeTable.id, readRouteTable(clients, layout.routeTable.id).then((table) => !!table)],
    ...[...new Set([...tables, layout.routeTable.id])].map((id): [string, Promise<boolean>] => [
      `${id}/routes/${layout.route.name}`,
      readRouteTable(clients, id).then(
        (table) => !!table?.routes?.some(({ name }) => name === layout.route.name),
      ),
    ]),
  ];
  const found = await Promise.all(checks.map(async ([id, exists]) => ({ id, exists: await exists })));
  return found.filter(({ exists }) => !exists).map(({ id }) => id.toLowerCase());
}
