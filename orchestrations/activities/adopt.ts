import { adoptedAddresses } from '../../shared/adoption/addresses';
import { recognise } from '../../shared/adoption/recognise';
import type { RecognisedHost } from '../../shared/adoption/types';
import { Problem } from '../../shared/api/problems';
import { outcomeOf } from '../../shared/azure/ensure';
import { sameId } from '../../shared/azure/ids';
import { hostLayout } from '../../shared/azure/layout';
import { failed, type Failed, type Outcome } from '../../shared/azure/outcome';
import { hostRouting, type ObservedRouting } from '../../shared/azure/routing';
import { virtualNetworkId } from '../../shared/network/ids';
import type {
  AdoptionReport,
  AdoptRequest,
  HostRecord,
  NetworkDefinition,
  OperationRecord,
  Versioned,
} from '../../shared/records/types';
import { promised, type Choose } from './adoptPromise';
import { observeCandidate } from './candidate';
import { isOver, loadNetwork, loadOperation, type Dependencies } from './context';
import { operationFacts, type OperationFacts } from './plan';

export interface AdoptionFacts extends OperationFacts {
  allowInterruption: boolean;
  /** Nothing was promised, and nothing is to be done. */
  dryRun: boolean;
}

/**
 * Step 0 of an adoption: recognises the host, promises it exactly the addresses that it has, and records what was found
 * as the evidence of whose it is from now on. Refuses with every reason at once. Running it again finds the same.
 */
export async function recogniseHost(
  deps: Dependencies,
  input: { operation: string; now: number },
): Promise<Outcome<AdoptionFacts>> {
  return outcomeOf(async () => {
    const loaded = await loadAdoption(deps, input.operation);
    if ('status' in loaded) return loaded;
    const { operation, request, definition, row } = loaded;
    const others = (await deps.records.hosts.list()).filter(
      ({ name, network, adopted }) =>
        sameId(adopted?.virtualMachine.id, request.virtualMachineId) &&
        (name !== row.record.name || network !== row.record.network),
    );
    const { candidate, observed } = await observeCandidate(
      deps.clients,
      definition,
      request.virtualMachineId,
    );
    const found = recognise(
      definition,
      { ...request, host: row.record.name },
      { ...candidate, ...(others[0] ? { adoptedAs: others[0].name } : {}) },
    );
    if (!found.ok) return refusal(found.reasons);
    return taken(deps, input.now, { operation, request, definition, row }, found.host, observed);
  });
}

interface Adoption {
  operation: Versioned<OperationRecord>;
  request: AdoptRequest;
  definition: NetworkDefinition;
  row: Versioned<HostRecord>;
}

async function loadAdoption(deps: Dependencies, id: string): Promise<Adoption | Failed> {
  const operation = await loadOperation(deps, id);
  const { request, network, host } = operation.record;
  if (request.kind !== 'adopt' || host === undefined) throw new Error(`${id} is not an adoption.`);
  const { definition } = (await loadNetwork(deps, network)).record;
  const row = await deps.records.hosts.get(network, host);
  if (isOver(operation.record) || row?.record.claim !== id) {
    return failed('fatal', 'ClaimLost', `The operation ${id} does not hold the host ${host} any more.`);
  }
  return { operation, request, definition, row };
}

/** All of them, each with its remedy, under the code of the first. */
function refusal(reasons: { code: string; detail: string; remedy?: string }[]): Failed {
  const text = reasons.map(({ code, detail, remedy }) =>
    [`${code}:`, detail, remedy].filter(Boolean).join(' '),
  );
  return failed('invalid', reasons[0]?.code ?? 'NotRecognised', text.join(' '));
}

async function taken(
  deps: Dependencies,
  now: number,
  { operation, request, definition, row }: Adoption,
  host: RecognisedHost,
  observed: ObservedRouting,
): Promise<Outcome<AdoptionFacts>> {
  const { records, installation } = deps;
  const { network, name } = row.record;
  const vnet = virtualNetworkId(definition);
  const owner = { network, host: name, operation: operation.record.id };
  const choose: Choose = (others, occupied) => adoptedAddresses(definition, others, host, occupied);
  let addresses;
  try {
    const entries = await records.ledger.entries(vnet);
    addresses = choose(
      entries.filter((entry) => entry.network !== network || entry.host !== name),
      await records.ledger.occupied(vnet, network),
    );
  } catch (error) {
    if (error instanceof Problem) return failed('invalid', 'PromisedElsewhere', error.detail);
    throw error;
  }
  const layout = hostLayout({ installation, ...owner }, definition, host.spec, addresses, host.adopted);
  const routing = hostRouting(layout, observed);
  const problems = routing.problems.filter(
    ({ code, subnet }) => code !== 'SubnetNotFound' || !sameId(subnet, layout.lanSubnet.id),
  );
  if (problems.length > 0) {
    return refusal(problems);
  }
  const report = reportOf(request, host, { ...addresses }, [
    ...host.repairs,
    ...missingRoutes(layout, routing.tables),
  ]);
  await records.operations.replace(
    {
      ...operation.record,
      status: 'running',
      startedAt: operation.record.startedAt ?? new Date(now).toISOString(),
      adoption: report,
    },
    operation.etag,
  );
  const facts = {
    ...operationFacts(layout),
    allowInterruption: request.allowInterruption,
    dryRun: request.dryRun,
  };
  if (request.dryRun) return { status: 'done', change: 'unchanged', facts };
  if (host.interruptions.length > 0 && !request.allowInterruption) {
    const list = [...host.interruptions, 'Say allowInterruption: true if the guests may be interrupted.'];
    return failed('fatal', 'RepairNeedsInterruption', list.join(' '));
  }
  return promised(deps, { vnet, owner, row, facts, now }, host, choose);
}

function missingRoutes(
  { route, adopted }: ReturnType<typeof hostLayout>,
  tables: ReturnType<typeof hostRouting>['tables'],
): string[] {
  return tables.flatMap(({ id, unrouted }) => {
    const there = adopted?.routes.some(({ tableId }) => sameId(tableId, id));
    const bare = unrouted.flatMap(({ subnets }) => subnets);
    return [
      ...(there ? [] : [`${id} has no route for ${route.prefix}.`]),
      ...(bare.length > 0 ? [`${bare.join(', ')} has no route table.`] : []),
    ];
  });
}

function reportOf(
  { virtualMachineId, dryRun }: AdoptRequest,
  { adopted, interruptions, natAddress, lanAddress, ghostedPrefix }: RecognisedHost,
  addresses: AdoptionReport['addresses'],
  repairs: string[],
): AdoptionReport {
  const seen = {
    natAddress,
    ...(lanAddress === undefined ? {} : { lanAddress }),
    ...(ghostedPrefix === undefined ? {} : { ghostedPrefix }),
  };
  return {
    virtualMachineId,
    nic1Id: adopted.nic1.id,
    ...(adopted.nic2 ? { nic2Id: adopted.nic2.id } : {}),
    // What a dry run would choose is not promised, and may be another's by the time of the adoption.
    addresses: dryRun ? seen : addresses,
    ghostedSubnet: adopted.ghostedSubnet,
    routes: adopted.routes.map(({ tableId, name }) => `${tableId}/routes/${name}`),
    repairs,
    interruptions,
  };
}
