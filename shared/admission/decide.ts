import { canonicalJson } from '../api/canonical';
import { entityTag, matches } from '../api/entityTag';
import { Problem } from '../api/problems';
import { sameId } from '../azure/ids';
import type {
  DefineNetworkRequest,
  HostRecord,
  HostSpec,
  NetworkRecord,
  Precondition,
} from '../records/types';
import { specFingerprint } from './order';

/** Who may act: what becomes of a request, given the row it wants to hold. */
export type Decision =
  /** Nobody holds the row: it may be claimed. */
  | { kind: 'claim' }
  /** This very operation holds it. */
  | { kind: 'mine' }
  /** Another operation is doing just what is asked. */
  | { kind: 'same'; operation: string }
  /** It is as asked already. */
  | { kind: 'unchanged' }
  | { kind: 'refuse'; problem: Problem };

export function decideProvision(host: HostRecord | undefined, operation: string, spec: HostSpec): Decision {
  if (!host) return { kind: 'claim' };
  if (host.claim === operation) return { kind: 'mine' };
  if (host.next !== undefined || (host.claim !== undefined && host.state !== 'provisioning'))
    return busy(host);
  if (!sameSpec(host, spec)) {
    const detail = `The host ${host.name} exists with another size, image, disk or prefix. Tear it down first.`;
    return refuse(
      new Problem('host-differs', detail, host.claim === undefined ? {} : { operation: host.claim }),
    );
  }
  if (host.claim !== undefined) return { kind: 'same', operation: host.claim };
  switch (host.state) {
    case 'ready':
      return { kind: 'unchanged' };
    case 'failed':
    case 'provisioning':
      return { kind: 'claim' };
    case 'adopting':
      return busy(host);
    case 'deleting':
      return refuse(
        new Problem('host-busy', `The teardown of host ${host.name} is not finished. Tear it down again.`),
      );
  }
}

/** `same`: the VM that is being adopted under this name just now. */
export function decideAdoption(
  host: HostRecord | undefined,
  operation: string,
  virtualMachineId: string,
  dryRun: boolean,
): Decision {
  if (!host) return { kind: 'claim' };
  if (host.claim === operation) return { kind: 'mine' };
  if (host.claim !== undefined) return busy(host);
  const same = sameId(host.adopted?.virtualMachine.id, virtualMachineId);
  if (same && host.state === 'ready' && !dryRun) return { kind: 'unchanged' };
  const detail = `The network has a host ${host.name} already. Adopt the VM under another name, or tear that host down.`;
  return refuse(new Problem('host-differs', detail));
}

/** The teardown that has the host, or has it next. */
export const teardownOf = ({ state, claim, next }: HostRecord): string | undefined =>
  next ?? (state === 'deleting' ? claim : undefined);

/**
 * A host that is being provisioned may be claimed: for the time when the provisioning, which is cancelled, has ended. It
 * takes its VM along then, so that there is none to be kept. `keeps`: what is to become of the VM, and what another
 * teardown at work makes of it.
 */
export function decideTeardown(
  host: HostRecord | undefined,
  operation: string,
  keeps: { wanted: boolean; other: boolean } = { wanted: false, other: false },
): Decision {
  if (!host) return refuse(new Problem('unknown-host', 'There is no such host on this network.'));
  if (host.claim === operation || host.next === operation) return { kind: 'mine' };
  const other = teardownOf(host);
  if (other !== undefined) {
    return keeps.wanted === keeps.other ? { kind: 'same', operation: other } : teardownDiffers(host, keeps);
  }
  if (host.claim === undefined) return { kind: 'claim' };
  if (host.state !== 'provisioning') return busy(host);
  if (!keeps.wanted) return { kind: 'claim' };
  const detail = `The host ${host.name} is being provisioned, and its VM is not finished. Wait for the end, or tear it down whole.`;
  return refuse(new Problem('host-busy', detail, { operation: host.claim }));
}

function teardownDiffers(host: HostRecord, { other }: { other: boolean }): Decision {
  const detail = `A teardown is at work on ${host.name} that ${other ? 'keeps' : 'deletes'} its VM. Wait for its end.`;
  const operation = teardownOf(host);
  return refuse(new Problem('host-busy', detail, operation === undefined ? {} : { operation }));
}

/** Work on a host that is there, a repair or an inventory: nothing else may be at work on it. */
export function decideWork(host: HostRecord | undefined, operation: string): Decision {
  if (!host) return refuse(new Problem('unknown-host', 'There is no such host on this network.'));
  if (host.claim === operation) return { kind: 'mine' };
  if (host.claim !== undefined || host.next !== undefined) return busy(host);
  if (host.state === 'ready' || host.state === 'failed') return { kind: 'claim' };
  const detail = `The host ${host.name} is ${host.state}, and nobody is at work on it. Tear it down.`;
  return refuse(new Problem('host-busy', detail));
}

export function decideDefinition(
  network: NetworkRecord | undefined,
  operation: string,
  { definition, precondition }: Pick<DefineNetworkRequest, 'definition' | 'precondition'>,
): Decision {
  const unmet = precondition && unmetBy(network, precondition);
  if (!network) return unmet ?? { kind: 'claim' };
  if (network.pending?.operation === operation) return { kind: 'mine' };
  const equal = canonicalJson(network.definition) === canonicalJson(definition);
  const { pending, converging } = network;
  if (pending) {
    return canonicalJson(pending.definition) === canonicalJson(definition)
      ? { kind: 'same', operation: pending.operation }
      : networkBusy(network.name, 'defined', pending.operation);
  }
  if (network.state === 'defining') {
    if (network.operation === operation) return { kind: 'mine' };
    return equal
      ? { kind: 'same', operation: network.operation }
      : networkBusy(network.name, 'defined', network.operation);
  }
  if (equal && network.state === 'ready' && !network.forgetting) return { kind: 'unchanged' };
  if (unmet) return unmet;
  return converging === undefined ? { kind: 'claim' } : networkBusy(network.name, 'converged', converging);
}

/** Undefined if the network is as the request expects it to be. */
function unmetBy(
  network: NetworkRecord | undefined,
  { ifMatch, ifNoneMatch }: Precondition,
): Decision | undefined {
  const tag = network && entityTag(network);
  if (ifMatch !== undefined && !matches(ifMatch, tag)) {
    const detail =
      tag === undefined ? 'There is no such network.' : 'The network is defined otherwise by now.';
    return refuse(new Problem('precondition-failed', detail));
  }
  return ifNoneMatch !== undefined && matches(ifNoneMatch, tag)
    ? refuse(new Problem('precondition-failed', 'The network is there already.'))
    : undefined;
}

export function decideConverge(network: NetworkRecord | undefined, operation: string): Decision {
  if (!network) return refuse(new Problem('unknown-network', 'There is no such network.'));
  const { converging, pending, state, forgetting } = network;
  if (converging === operation) return { kind: 'mine' };
  if (forgetting) return refuse(new Problem('network-not-ready', 'The network is being forgotten.'));
  if (converging !== undefined) return { kind: 'same', operation: converging };
  if (pending) return networkBusy(network.name, 'defined', pending.operation);
  if (state === 'defining') return networkBusy(network.name, 'defined', network.operation);
  if (state === 'failed') {
    const detail = `The definition of network ${network.name} failed: there is nothing to roll out.`;
    return refuse(new Problem('network-not-ready', detail, { operation: network.operation }));
  }
  return { kind: 'claim' };
}

/** A prefix that was not asked for does not tell hosts apart. */
function sameSpec(host: HostRecord, spec: HostSpec): boolean {
  const prefix = host.addresses?.ghostedPrefix ?? host.spec.ghostedPrefix;
  return (
    host.specFingerprint === specFingerprint(spec) &&
    (spec.ghostedPrefix === undefined || spec.ghostedPrefix === prefix)
  );
}

function busy(host: HostRecord): Decision {
  const holder = host.next ?? host.claim;
  const doing =
    host.state === 'deleting' || host.next !== undefined
      ? 'torn down'
      : host.state === 'provisioning'
        ? 'provisioned'
        : host.state === 'adopting'
          ? 'adopted'
          : 'worked on';
  return refuse(
    new Problem('host-busy', `The host ${host.name} is being ${doing} by operation ${holder}.`, {
      ...(holder !== undefined && { operation: holder }),
    }),
  );
}

function networkBusy(network: string, doing: 'defined' | 'converged', operation: string): Decision {
  const detail = `The network ${network} is being ${doing} by operation ${operation}.`;
  return refuse(new Problem('network-busy', detail, { operation }));
}

const refuse = (problem: Problem): Decision => ({ kind: 'refuse', problem });
