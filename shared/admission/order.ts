import { fingerprint } from '../api/canonical';
import { Problem } from '../api/problems';
import {
  hostName,
  type AdoptionRequest,
  type HostRequest,
  type RepairOrder,
  type TeardownOrder,
} from '../api/schemas';
import { armId, nameOf } from '../azure/ids';
import { parseSecretId } from '../azure/password';
import { canNest } from '../network/sizes';
import type { CallbackWish } from '../records/callbacks';
import type {
  DefineNetworkRequest,
  BatchPlace,
  HostSpec,
  NetworkDefinition,
  OperationRecord,
  OperationRequest,
  Precondition,
  ProvisionRequest,
} from '../records/types';

/** A validated request on its way to becoming an operation. */
export interface Order<R extends OperationRequest = OperationRequest> {
  /** Id that the operation will have. */
  id: string;
  network: string;
  host?: string;
  caller: string;
  /** Counts against what its caller may have open at once; a message of the queue does not. */
  limited?: boolean;
  ticket?: string;
  batch?: BatchPlace;
  callback?: CallbackWish;
  request: R;
  /** Of the request as it came in, so that a changed default does not make it another one. */
  fingerprint: string;
}

type Origin = Pick<Order, 'id' | 'caller' | 'limited'>;

/** Fills what the request leaves open from the network's defaults. Throws the Problem if the size cannot nest. */
export function provisionOrder(
  origin: Origin,
  request: HostRequest,
  definition: NetworkDefinition,
): Order<ProvisionRequest> {
  const { resourceGroup: _, ...defaults } = definition.hosts;
  const spec: HostSpec = {
    ...defaults,
    ...(request.size !== undefined && { size: request.size }),
    ...(request.osDiskSizeGb !== undefined && { osDiskSizeGb: request.osDiskSizeGb }),
    ...(request.dataDiskSizeGb !== undefined && { dataDiskSizeGb: request.dataDiskSizeGb }),
    ...(request.zone !== undefined && { zone: request.zone }),
    ...(request.ghostedPrefix !== undefined && { ghostedPrefix: request.ghostedPrefix }),
    ...(request.adminPassword !== undefined && { adminPassword: request.adminPassword }),
  };
  refuseForeignVault(spec);
  const nesting = canNest(spec.size);
  if (!nesting.ok) throw new Problem('size-cannot-nest', nesting.reason);
  const { onFailure, priority, planHash } = request;
  return order(origin, request, {
    kind: 'provision',
    spec,
    onFailure,
    ...(priority !== undefined && { priority }),
    ...(planHash !== undefined && { approved: { planHash } }),
  });
}

/** Whoever orders a host chooses among the secrets of its network's vault, not among all that the app can read. */
function refuseForeignVault({ adminPassword, passwordVault }: HostSpec): void {
  if (!adminPassword || parseSecretId(adminPassword.secretId)?.vault === passwordVault) return;
  const detail =
    passwordVault === undefined
      ? 'The network has no vault for passwords.'
      : `Name a secret of the vault ${passwordVault}, which is the network's.`;
  throw new Problem('invalid-request', `/adminPassword/secretId: ${detail}`, {
    errors: [{ pointer: '/adminPassword/secretId', detail }],
  });
}

/** What is compared when a key comes again: the request as it came in, whatever the network makes of it. */
export const fingerprintOf = (kind: OperationRequest['kind'], request: object): string =>
  fingerprint({ kind, ...request });

/** The host is named after its VM unless the request says otherwise. Throws the Problem if that is no host's name. */
export function namedAdoption(network: string, request: AdoptionRequest) {
  const name = hostName.safeParse(request.name ?? nameOf(request.virtualMachine));
  if (!name.success) {
    throw new Problem('invalid-request', 'The name of the VM is no name for a host.', {
      errors: [
        { pointer: '/name', detail: `Say how the host is to be called. ${name.error.issues[0]?.message}` },
      ],
    });
  }
  return { ...request, network, name: name.data };
}

export function adoptionOrder(
  origin: Origin,
  network: string,
  request: AdoptionRequest,
  definition: NetworkDefinition,
): Order {
  const { virtualMachine, ghostedSubnet, allowInterruption, dryRun } = request;
  const hosts = { ...definition, resourceGroup: definition.hosts.resourceGroup };
  return order(origin, namedAdoption(network, request), {
    kind: 'adopt',
    virtualMachineId: virtualMachine.startsWith('/')
      ? virtualMachine
      : armId(hosts, 'Microsoft.Compute', 'virtualMachines', virtualMachine),
    ...(ghostedSubnet !== undefined && { ghostedSubnet }),
    allowInterruption,
    dryRun,
  });
}

/** What is not asked for is no part of the fingerprint: a request is the same whether it is left out or denied. */
export function teardownOrder(origin: Origin, { keepVirtualMachine, ...request }: TeardownOrder): Order {
  const { force, keepDisks } = request;
  const keep = keepVirtualMachine ? { keepVirtualMachine } : {};
  return order(origin, { ...request, ...keep }, { kind: 'teardown', force, keepDisks, ...keep });
}

export function repairOrder(origin: Origin, request: RepairOrder): Order {
  const { allowInterruption, metadataProtection, priority } = request;
  const protection = metadataProtection === undefined ? {} : { metadataProtection };
  return order(origin, request, {
    kind: 'repair',
    allowInterruption,
    ...protection,
    ...(priority !== undefined && { priority }),
  });
}

export function inventoryOrder(origin: Origin, host: { network: string; name: string }): Order {
  return order(origin, host, { kind: 'inventory' });
}

export function definitionOrder(
  origin: Origin,
  network: string,
  definition: NetworkDefinition,
  precondition: Precondition = {},
): Order {
  const request: DefineNetworkRequest = {
    kind: 'defineNetwork',
    definition,
    ...(Object.keys(precondition).length > 0 && { precondition }),
  };
  return { ...origin, network, request, fingerprint: fingerprint({ network, request }) };
}

export function convergeOrder(origin: Origin, network: string, callback?: CallbackWish): Order {
  const request = { kind: 'converge' } as const;
  const wish = callback === undefined ? {} : { callback };
  return { ...origin, network, ...wish, request, fingerprint: fingerprint({ network, request, ...wish }) };
}

function order<R extends OperationRequest>(
  origin: Origin,
  source: {
    network: string;
    name: string;
    ticket?: string | undefined;
    callback?: CallbackWish | undefined;
  },
  request: R,
): Order<R> {
  return {
    ...origin,
    network: source.network,
    host: source.name,
    ...(source.ticket !== undefined && { ticket: source.ticket }),
    ...(source.callback !== undefined && { callback: source.callback }),
    request,
    fingerprint: fingerprintOf(request.kind, source),
  };
}

/** Fingerprint by which "the same host again" is told from another host; the prefix is compared on its own. */
export function specFingerprint(spec: HostSpec): string {
  const { ghostedPrefix: _, passwordVault: _vault, adminPassword: _password, ...same } = spec;
  return fingerprint(same);
}

export function operationOf(order: Order, now: string): OperationRecord {
  const { id, network, host, caller, ticket, batch, callback, request } = order;
  return {
    id,
    kind: request.kind,
    network,
    ...(host !== undefined && { host }),
    status: 'admitted',
    caller,
    ...(ticket !== undefined && { ticket }),
    ...(batch && { batch }),
    ...(callback !== undefined && { callback }),
    fingerprint: order.fingerprint,
    request,
    createdAt: now,
  };
}
