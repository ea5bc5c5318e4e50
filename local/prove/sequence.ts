import { setTimeout as delay } from 'node:timers/promises';
import type { HostView, OperationView, StepView } from '../launch/appClient';
import { newlyEnded, stepLine } from '../cli/demo/progress';
import type { Stage } from './stage';

/** What a customer has before the app comes: a NAT gateway with an address. @returns its id */
export async function createWayOut({ arm, group, location }: Stage): Promise<string> {
  const address = arm.id(group, 'Microsoft.Network/publicIPAddresses/outbound-ip');
  const gateway = arm.id(group, 'Microsoft.Network/natGateways/outbound');
  const sku = { name: 'Standard' };
  await arm.put(address, { location, sku, properties: { publicIPAllocationMethod: 'Static' } });
  await arm.put(gateway, { location, sku, properties: { publicIpAddresses: [{ id: address }] } });
  return gateway;
}

/** Name of the app's network, and of its one host. */
export const network = 'prove';
export const hostName = 'prove-01';
export const virtualNetwork = 'Prove';
/** The subnet whose members reach guests. */
export const routedSubnet = 'Azure-VMs';

/** Defines the network and waits until it is ready. */
export async function defineNetwork(stage: Stage, natGateway: string): Promise<void> {
  const { app, arm, target, signal } = stage;
  const body = {
    subscriptionId: target.subscriptionId,
    resourceGroup: stage.group,
    location: stage.location,
    virtualNetwork: { name: virtualNetwork, create: true, addressSpaces: ['10.0.0.0/22'] },
    natSubnet: { name: 'NAT', prefix: '10.0.0.0/24', create: true },
    lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.0.1.0/24', create: true },
    ghosted: { pools: ['10.0.2.0/24'], prefixLength: 24 },
    routedSubnets: [{ name: routedSubnet, prefix: '10.0.3.0/24', create: true }],
    outbound: { kind: 'natGateway', id: natGateway },
    hosts: { size: stage.evidence.size, ...(stage.image ? { image: stage.image } : {}) },
    tags: { 'prove-run': stage.runId },
  };
  const put = app.send('PUT', `/networks/${network}`, body);
  // The call waits for the network to be ready; a clock that jumps only while nobody waits has to be moved.
  while (!(await Promise.race([put, delay(100)]))) await target.pass(5, signal);
  const { status, body: answer } = await put;
  if (status >= 300) throw new Error(`The network was refused: ${status} ${JSON.stringify(answer)}`);
  for (;;) {
    const { state } = await app.get<{ state: string }>(`/networks/${network}`);
    if (state === 'ready') break;
    if (state !== 'defining') throw new Error(`The network is ${state}.`);
    await target.linger(signal);
  }
  await arm.get(arm.id(stage.group, `Microsoft.Network/virtualNetworks/${virtualNetwork}`));
}

/** Asks for an operation and follows it to its end, whatever that is. */
export async function operate(
  stage: Stage,
  heading: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<OperationView> {
  const { app } = stage;
  const answer = await app.send<{ id?: string }>(method, path, body);
  if (answer.status !== 202 || answer.body.id === undefined) {
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  return await follow(stage, heading, answer.body.id);
}

async function follow(stage: Stage, heading: string, id: string): Promise<OperationView> {
  const { app, target, signal, say } = stage;
  say(heading);
  let known: StepView[] = [];
  for (;;) {
    const operation = await app.operation(id);
    say(...newlyEnded(known, operation.steps).map((step) => stepLine(step, 0)));
    known = operation.steps;
    if (operation.finishedAt !== undefined) return operation;
    await target.linger(signal);
  }
}

/** Follows an operation that has to succeed. */
export async function succeed(...args: Parameters<typeof operate>): Promise<OperationView> {
  const operation = await operate(...args);
  if (operation.status === 'succeeded') return operation;
  const { code, message } = operation.failure ?? { code: operation.status, message: '' };
  throw new Error(`${args[1]} ended as ${operation.status}: ${code} ${message}`.trimEnd());
}

/** The plan of the host, which asks policies and locks; nothing is written. */
export async function plan({ app, target, signal }: Stage): Promise<void> {
  const answer = app.send('POST', '/hosts?dryRun=true', { network, name: hostName });
  while (!(await Promise.race([answer, delay(100)]))) await target.pass(5, signal);
  const { status, body, headers } = await answer;
  if (status >= 400) throw new Error(`The plan was refused: ${status} ${JSON.stringify(body)}`);
  const location = headers['location'];
  for (let path = typeof location === 'string' ? location : ''; status === 202 && path !== '';) {
    const read = await app.send('GET', path.replace(/^.*\/api\/v1/, ''));
    if (read.status !== 202) return;
    await target.linger(signal);
  }
}

export const host = async ({ app }: Stage): Promise<HostView> =>
  await app.get<HostView>(`/hosts/${network}/${hostName}`);
