import type { Failed, FailureClass, Outcome } from '../../shared/azure/outcome';
import type { Host } from './host';

/** What an activity comes to: a result, or an exception with this message. */
export type Answer = { result?: unknown } | { throws: string };

/** Answers of one activity on one resource, in order; the last one stands. */
export type Script = Answer[];

export interface Call {
  key: string;
  input: Record<string, unknown>;
}

const operationUrl = 'https://arm.test/operations/1?api-version=1';

export const answers = {
  of: (result: unknown): { result: unknown } => ({ result }),
  done: (change = 'unchanged', facts?: unknown): Answer => ({
    result: { status: 'done', change, ...(facts === undefined ? {} : { facts }) } satisfies object,
  }),
  /** Under way, with an operation to follow. */
  followed: (change = 'created'): { result: unknown } => ({
    result: { status: 'pending', change, operation: operationUrl, pollAfterSeconds: 3 },
  }),
  /** Under way; only the resource itself tells how it goes. */
  pending: (change?: string): { result: unknown } => ({
    result: { status: 'pending', ...(change === undefined ? {} : { change }) },
  }),
  failed: (cls: FailureClass, extra: Partial<Failed> = {}): Answer => ({
    result: {
      status: 'failed',
      class: cls,
      code: `Test-${cls}`,
      message: 'As told.',
      ...extra,
    } satisfies Outcome,
  }),
  throws: (message = 'socket hang up'): Answer => ({ throws: message }),
};

export const leases = { virtualNetwork: 'vnet', routeTable: 'table' };
export const ownTable = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/routeTables/own';
export const routedSubnet =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/Azure-VMs';

/** Subnets of one VNet, as activities name them to the orchestrator. */
export const groupOf = (subnetId: string) => {
  const [network = '', subnet = ''] = subnetId.split('/subnets/');
  return { network, lease: leases.virtualNetwork, subnets: [subnet] };
};

/** A table that gets the route; one of ours if it is the table at home. */
export const tableFacts = (id: string, ...unrouted: string[]) => ({
  id,
  lease: id === ownTable ? leases.routeTable : id,
  ...(id === ownTable ? { own: { location: 'westeurope' } } : {}),
  unrouted: unrouted.map(groupOf),
});

const { done, followed, pending, of } = answers;

export const bootTime = '2026-01-01T00:00:00.000Z';
export const guestOk = (facts: object = {}) =>
  done('created', {
    verdict: 'ok',
    changed: 1,
    restartNeeded: false,
    bootTime,
    os: 'Windows Server 2022',
    ...facts,
  });

/** How a healthy Azure answers; a host that is not the first on its network. */
export const healthy: Record<string, Script> = {
  gateTicket: [of({ gate: 'gate', limit: 20, caller: 'portal', priority: 0, admittedAt: 0 })],
  planHost: [done('unchanged', { onFailure: 'undo', leases, missingSubnets: [] })],
  'ensureResource ghostedSubnet': [followed(), done('created')],
  'ensureResource natSubnet': [followed(), done('created')],
  'ensureResource lanSubnet': [followed(), done('created')],
  'ensureResource nic1': [done('created')],
  'ensureResource nic2': [done('created')],
  'ensureResource virtualMachine': [followed(), followed(), done('created')],
  checkAgent: [done()],
  'ensureResource attachment': [done()],
  'ensureResource nic1Forwarding': [done()],
  'ensureResource nic2Forwarding': [done('updated')],
  'runGuestPhase features': [pending('created'), pending('created'), guestOk({ restartNeeded: true })],
  'runGuestPhase network': [pending('created'), pending('created'), guestOk({ restartNeeded: true })],
  'runGuestPhase verify': [pending('created'), pending('created'), guestOk()],
  'runGuestPhase inventory': [pending('created'), guestOk({ guests: 0 })],
  restartVirtualMachine: [
    followed('updated'),
    pending('updated'),
    done('updated'),
    followed('updated'),
    pending('updated'),
    done('updated'),
  ],
  planRoutes: [done('unchanged', { tables: [tableFacts(ownTable)] })],
  'ensureResource routeTable': [followed(), done('created')],
  [`ensureRoute ${ownTable}`]: [followed(), done('created')],
  [`ensureAssociation ${routedSubnet} true`]: [followed('updated'), done('updated')],
  [`ensureAssociation ${routedSubnet} false`]: [followed('updated'), done('updated')],
  // Azure takes a while to tell which routes are in force.
  verifyAzure: [of({ status: 'pending', pollAfterSeconds: 10 }), done()],
  planUnrouting: [done('unchanged', { tableId: ownTable, subnets: [], others: [] })],
  removeResource: [followed('deleted'), done('deleted')],
  'removeResource virtualMachine': [followed('deleted'), followed('deleted'), done('deleted')],
  planRepair: [done('unchanged', { leases, allowInterruption: false })],
  beginOperation: [of(null)],
  beginTeardown: [of({ leases, force: false })],
  findVirtualMachine: [done('unchanged', { exists: true })],
  'runGuestPhase deconfigure': [pending('created'), guestOk()],
  listRunCommands: [done('unchanged', { names: [] })],
  removeTags: [done('updated')],
  beginNetwork: [of({ lease: leases.virtualNetwork, routedSubnets: 2 })],
  checkNetwork: [done()],
  'ensureNetwork virtualNetwork': [followed(), done('created')],
  ensureNetwork: [followed(), done('created')],
  finishHostOperation: [of(null)],
  finishNetwork: [of(null)],
  raiseGranted: [of(null)],
  inspectHolder: [of({ running: true })],
  startDelivery: [of(null)],
  beginReconcile: [of({ leases, verify: 0 })],
  observeNetwork: [done('unchanged', { jobs: 0 })],
  endReconcile: [of(null)],
};

/** An Azure that is done with everything at once; for tests in which waiting does not matter. */
export const instant: Record<string, Script> = Object.fromEntries(
  Object.entries(healthy).map(([key, script]) => [key, script.slice(-1)]),
);

/** An Azure that shows what would be looked at next along with what is looked at; the next of work is begun with its end. */
const restarted = { restart: { since: 0, outcome: followed('updated').result } };
const begunWith = done('updated', { begun: pending('created').result });
const made = { status: 'done', change: 'created' };
const inTurn = done('created', { begun: { ...made, facts: { begun: followed().result } } });
export const foresighted: Record<string, Script> = {
  'ensureResource nic1': [inTurn],
  'ensureResource virtualMachine': [done('created', { attached: true, agentReady: true })],
  'ensureResource nic2Forwarding': [
    followed('updated'),
    done('updated', { nic1Forwarding: true, features: pending('created').result }),
  ],
  'runGuestPhase features': [guestOk({ restartNeeded: true, ...restarted })],
  'runGuestPhase network': [guestOk({ restartNeeded: true, ...restarted })],
  'runGuestPhase verify': [guestOk()],
  restartVirtualMachine: [begunWith],
  'ensureResource routeTable': [followed(), done('created', { begun: followed().result })],
};

/** The network's first host: shared subnets and the route table do not exist yet. */
export const firstOnNetwork: Record<string, Script> = {
  planHost: [done('unchanged', { onFailure: 'undo', leases, missingSubnets: ['natSubnet', 'lanSubnet'] })],
  planRoutes: [done('unchanged', { tables: [tableFacts(ownTable, routedSubnet)] })],
  planUnrouting: [done('unchanged', { tableId: ownTable, subnets: [groupOf(routedSubnet)], others: [] })],
};

/** Answers activities from scripts and remembers what was asked, in order. */
export class World {
  calls: Call[] = [];
  private taken = new Map<string, number>();
  private entityFaults: { key: string; operation: string; times: number }[] = [];

  /** Answer to the next call instead of the script's. */
  next: Answer | undefined;

  constructor(private readonly scripts: Record<string, Script> = {}) {}

  fork(): World {
    const copy = new World(this.scripts);
    copy.calls = [...this.calls];
    copy.taken = new Map(this.taken);
    copy.entityFaults = this.entityFaults.map((fault) => ({ ...fault }));
    return copy;
  }

  /** Lets operations of a lease fail so many times. */
  breakEntity(key: string, operation: string, times = Infinity): this {
    this.entityFaults.push({ key, operation, times });
    return this;
  }

  entityFault(key: string, operation: string): string | undefined {
    const fault = this.entityFaults.find(
      (one) => one.key === key && one.operation === operation && one.times > 0,
    );
    if (!fault) return undefined;
    fault.times -= 1;
    return 'The entity is broken.';
  }

  answer(name: string, given: unknown, host: Host): Answer {
    const input = given as Record<string, unknown>;
    const key = keyOf(name, input);
    this.calls.push({ key, input });
    const { next } = this;
    this.next = undefined;
    if (next) return next;
    if (name === 'raiseGranted' && input['instance'] === host.instance) host.raise(String(input['event']));
    const scripts = { ...healthy, ...this.scripts };
    const found = lookUp(scripts, key);
    if (!found) throw new Error(`The world has no answer for ${key}.`);
    const count = this.taken.get(key) ?? 0;
    this.taken.set(key, count + 1);
    const answer = found[Math.min(count, found.length - 1)];
    if (!answer) throw new Error(`The script of ${key} is empty.`);
    return answer;
  }

  /** Keys in order of call, looks at the same thing told once. */
  get order(): string[] {
    return this.calls.map(({ key }) => key).filter((key, index, all) => key !== all[index - 1]);
  }

  inputsOf(key: string): Record<string, unknown>[] {
    return this.calls.filter((call) => call.key === key).map(({ input }) => input);
  }

  /** What the closing of the records was told. */
  get ending(): Record<string, unknown> {
    const call = this.calls.findLast(({ key }) => key.startsWith('finish'));
    if (!call) throw new Error('The operation was not finished.');
    return call.input;
  }
}

/** `removeResource undo nic1` falls back on `removeResource nic1`, then `removeResource`. */
function lookUp(scripts: Record<string, Script>, key: string): Script | undefined {
  const [name = '', ...rest] = key.split(' ');
  return scripts[key] ?? scripts[`${name} ${rest.slice(1).join(' ')}`] ?? scripts[name];
}

function keyOf(name: string, input: Record<string, unknown>): string {
  switch (name) {
    case 'ensureResource':
      return `${name} ${String(input['resource'])}`;
    case 'ensureRoute':
      return `${name} ${String(input['tableId'])}`;
    case 'ensureAssociation':
      return `${name} ${String(input['subnetId'])} ${String(input['wanted'])}`;
    case 'ensureNetwork':
      return typeof input['part'] === 'string'
        ? `${name} ${input['part']}`
        : `${name} ${JSON.stringify(input['part'])}`;
    case 'removeTags':
      return `${name} ${String(input['resource'])}`;
    case 'runGuestPhase':
      return `${name} ${String(input['phase'])}`;
    case 'removeResource': {
      const target = input['target'] as Partial<
        Record<'resource' | 'routeIn' | 'routeTable' | 'runCommand', string>
      >;
      const what = target.resource ?? target.routeTable ?? target.runCommand ?? `route ${target.routeIn}`;
      return `${name} ${String(input['purpose'])} ${what}`;
    }
    default:
      return name;
  }
}
