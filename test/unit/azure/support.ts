import { Cloud } from '../../../local/azure/cloud';
import type { CloudOptions } from '../../../local/azure/cloud';
import { answer } from '../../../local/azure/frontDoor';
import type { WindowsState } from '../../../local/azure/guest';
import type { GuestModel, OperationFault } from '../../../local/azure/types';

export const subscriptionId = '5eed0000-0a11-4b2c-9d3e-000000000001';
export const start = Date.parse('2026-01-05T08:00:00Z');
export const group = `/subscriptions/${subscriptionId}/resourceGroups/rg`;
export const network = `${group}/providers/Microsoft.Network`;
export const compute = `${group}/providers/Microsoft.Compute`;

/** A guest that notes what it was asked: the resource model needs nothing more of it. */
export const plainGuest: GuestModel = {
  createWindows: ({ computerName, imageSku, now }) => windows(computerName, imageSku, now),
  rebootWindows: (state, now) => ({ ...state, bootTime: new Date(now).toISOString() }),
  runScript: ({ state, script, fault, internet }) => ({
    durationSeconds: 30,
    exitCode: fault?.outcome === 'exitCode' ? 1 : 0,
    output: `ran ${script} internet ${internet}`,
    error: '',
    executionState: fault ? 'Failed' : 'Succeeded',
    state: { ...state, files: { ...state.files, [script]: 'ran' } },
  }),
  knownPhase: (script) => (script.startsWith('phase:') ? script.slice(6) : undefined),
};

function windows(computerName: string, os: string, now: number): WindowsState {
  return {
    computerName,
    os,
    bootTime: new Date(now).toISOString(),
    features: {},
    rebootPending: false,
    adapters: [],
    switches: [],
    addresses: [],
    routes: [],
    services: {},
    rras: { routing: 'Uninstalled', interfaces: [] },
    nat: { installed: false, interfaces: {} },
    netNats: [],
    dhcp: { securityGroups: false, bindings: {}, scopes: {} },
    nestedVms: [],
    files: {},
  };
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  // Tests look into answers freely; a wrong path gives undefined and fails the expectation.
  body: Loose;
}

export interface Loose {
  [name: string]: Loose;
}

/** The text in an answer; whatever is no text becomes JSON and fails the expectation. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : String(JSON.stringify(value));
}

/** A cloud of its own with the ways a test talks to it. */
export class TestCloud {
  readonly cloud: Cloud;

  constructor(options: Partial<CloudOptions> = {}) {
    this.cloud = new Cloud({
      subscriptionId,
      guest: plainGuest,
      seed: 7,
      start,
      throttling: false,
      ...options,
    });
  }

  /** One request at the present simulated time. `path` may carry a query; api-version is added if absent. */
  send(
    method: string,
    path: string,
    body?: unknown,
    more: { headers?: Record<string, string>; fault?: OperationFault } = {},
  ): Answer {
    const url = new URL(path, 'https://management.azure.com');
    if (!url.searchParams.has('api-version')) url.searchParams.set('api-version', '2025-05-01');
    const response = answer(this.cloud, {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers: more.headers ?? {},
      body: body === undefined ? '' : JSON.stringify(body),
      ...(more.fault ? { operationFault: more.fault } : {}),
    });
    const parsed: unknown = response.body === '' ? {} : JSON.parse(response.body);
    return { status: response.status, headers: response.headers, body: parsed as Loose };
  }

  pass(seconds: number): void {
    this.cloud.advance(this.cloud.now + seconds * 1000);
  }

  /** Sends and lets everything that follows from it happen. */
  settle(
    method: string,
    path: string,
    body?: unknown,
    more: { headers?: Record<string, string>; fault?: OperationFault } = {},
  ): Answer {
    const answered = this.send(method, path, body, more);
    this.pass(600);
    return answered;
  }

  /** Polls the operation that an answer started. */
  poll(answered: Answer): Answer {
    return this.send('GET', answered.headers['Azure-AsyncOperation'] ?? 'missing');
  }

  get(path: string): Answer {
    return this.send('GET', path);
  }
}

export const vnetId = `${network}/virtualNetworks/vnet`;
export const tableId = `${network}/routeTables/table`;
export const subnetId = (name: string): string => `${vnetId}/subnets/${name}`;

/** The body of a subnet or, with more, of a route. */
export const prefix = (addressPrefix: string, more: object = {}): object => ({
  properties: { addressPrefix, ...more },
});
/** The body of what has no properties. */
export const place = { location: 'westeurope' };
/** The body of a route to a host. */
export const hop = (addressPrefix: string, nextHopIpAddress: string): object =>
  prefix(addressPrefix, { nextHopType: 'VirtualAppliance', nextHopIpAddress });
/** The body of a VNet. */
export const vnetBody = (...addressPrefixes: string[]): object => ({
  location: 'westeurope',
  properties: { addressSpace: { addressPrefixes } },
});

/** Group `rg` and network `vnet` 10.0.0.0/22 with the subnets `nat` and `lan`. */
export function withNetwork(options: Partial<CloudOptions> = {}): TestCloud {
  const test = new TestCloud(options);
  test.send('PUT', group, { location: 'westeurope' });
  test.settle('PUT', `${network}/virtualNetworks/vnet`, {
    location: 'westeurope',
    properties: {
      addressSpace: { addressPrefixes: ['10.0.0.0/22', '10.10.0.0/16'] },
      subnets: [
        { name: 'nat', properties: { addressPrefix: '10.0.0.0/24' } },
        { name: 'lan', properties: { addressPrefix: '10.0.1.0/24' } },
      ],
    },
  });
  return test;
}

export function nicBody(subnet: string, address?: string, more: object = {}): object {
  return {
    location: 'westeurope',
    properties: {
      ipConfigurations: [
        {
          name: 'ipconfig1',
          properties: {
            subnet: { id: subnetId(subnet) },
            ...(address === undefined
              ? { privateIPAllocationMethod: 'Dynamic' }
              : { privateIPAllocationMethod: 'Static', privateIPAddress: address }),
          },
        },
      ],
      ...more,
    },
  };
}

export const nicId = (name: string): string => `${network}/networkInterfaces/${name}`;
export const vmId = (name: string): string => `${compute}/virtualMachines/${name}`;

export function vmBody(
  name: string,
  nics: string[],
  more: { deleteOption?: string; vmSize?: string } = {},
): object {
  return {
    location: 'westeurope',
    properties: {
      hardwareProfile: { vmSize: more.vmSize ?? 'Standard_D4s_v5' },
      storageProfile: {
        imageReference: {
          publisher: 'MicrosoftWindowsServer',
          offer: 'WindowsServer',
          sku: '2022-datacenter-g2',
          version: 'latest',
        },
        osDisk: {
          name: `${name}-os`,
          createOption: 'FromImage',
          ...(more.deleteOption === undefined ? {} : { deleteOption: more.deleteOption }),
        },
      },
      osProfile: { computerName: name, adminUsername: 'hostadmin', adminPassword: 'not-A-real-1' },
      networkProfile: {
        networkInterfaces: nics.map((nic, index) => ({
          id: nicId(nic),
          properties: {
            primary: index === 0,
            ...(more.deleteOption === undefined ? {} : { deleteOption: more.deleteOption }),
          },
        })),
      },
    },
  };
}

/** A network with the running machine `hv-01` on the interfaces `hv-01-nat` and `hv-01-lan`. */
export function withMachine(
  more: { deleteOption?: string } = {},
  options: Partial<CloudOptions> = {},
): TestCloud {
  const test = withNetwork(options);
  test.send('PUT', nicId('hv-01-nat'), nicBody('nat'));
  test.send('PUT', nicId('hv-01-lan'), nicBody('lan'));
  test.settle('PUT', vmId('hv-01'), vmBody('hv-01', ['hv-01-nat', 'hv-01-lan'], more));
  return test;
}

/** A network with an empty route table on nothing. */
export function withTable(): TestCloud {
  const test = withNetwork();
  test.settle('PUT', tableId, place);
  return test;
}
