import { expectOk } from '../../local/launch/http';
import { buildByHand, type HandBuilt } from '../../local/launch/handBuilt';
import type { System } from '../../local/launch/system';
import { networkBody, type World } from '../../local/launch/world';
import { networks, type Definition, type HostNumber, type NetworkName } from './commands';

type Json = Record<string, unknown>;

/** Azure adds these to every subnet that is written. */
const asAzureShows = {
  privateEndpointNetworkPolicies: 'Disabled',
  privateLinkServiceNetworkPolicies: 'Enabled',
};

const lookalike = '10.10.7.0/24';

/** What the VM that was built by hand has. */
const byHand = {
  natAddress: '10.0.0.40',
  lanAddress: '10.0.1.40',
  prefix: '10.10.5.0/24',
  ghosted: 'Ghosted',
};

/** Names and ids of what one program is about: a VNet that two networks share, and what others have in it. */
export class Estate {
  constructor(
    readonly system: System,
    private readonly world: World,
    private readonly number: number,
  ) {}

  /** The VM that somebody built by hand, if the program needs one. */
  handBuilt: HandBuilt | undefined;
  /** Subnets that were made by hand for VMs that are to be hosts again. */
  readonly offered: string[] = [];

  network(name: NetworkName): string {
    return `${name}-${this.number}`;
  }

  get networks(): string[] {
    return networks.map((name) => this.network(name));
  }

  host(number: HostNumber): string {
    return `r${this.number}-${number}`;
  }

  get vnet(): string {
    return this.own(`virtualNetworks/Net-${this.number}`);
  }

  subnet(name: string): string {
    return `${this.vnet}/subnets/${name}`;
  }

  get ownTable(): string {
    return this.own(`routeTables/Routes-${this.number}`);
  }

  get theirTable(): string {
    return this.own(`routeTables/theirs-${this.number}`);
  }

  /** Tables of others that get the routes of every host. */
  get sharedTables(): string[] {
    return [this.theirTable, ...(this.handBuilt ? [this.handBuilt.routeTable] : [])];
  }

  machine(host: string): string {
    return this.own(`virtualMachines/${host}`, 'Microsoft.Compute');
  }

  nic(host: string, role: 'nat' | 'lan'): string {
    return this.own(`networkInterfaces/${host}-${role}`);
  }

  own(path: string, provider = 'Microsoft.Network'): string {
    return this.system.arm.id(this.world.resourceGroup, `${provider}/${path}`);
  }

  /** Everything that belongs to somebody else, by id. */
  get foreign(): string[] {
    return [
      this.vnet,
      this.own(`networkSecurityGroups/theirs-${this.number}`),
      this.theirTable,
      ...['on-premises', 'Nested-VMs-somebody'].map((name) => `${this.theirTable}/routes/${name}`),
      ...['Azure-VMs', 'Apps', 'Late', 'Ghosted-lost', `Ghosted-${this.host(4)}`].map((name) =>
        this.subnet(name),
      ),
      this.world.natGatewayId,
      ...(this.handBuilt ? [this.handBuilt.routeTable, this.subnet('NAT'), this.subnet('Hyper-V-LAN')] : []),
    ];
  }

  /** What was built by hand, and stays as it is until somebody asks for its adoption. */
  get adoptable(): string[] {
    if (!this.handBuilt) return [];
    const { virtualMachine, nic1, nic2 = '', osDisk, routeTable } = this.handBuilt;
    return [
      virtualMachine,
      nic1,
      nic2,
      osDisk,
      `${routeTable}/routes/Nested-VMs`,
      this.subnet(byHand.ghosted),
    ];
  }

  /** The two networks differ in their hosts' data disk and nothing else. */
  definition(name: NetworkName, how: Definition): unknown {
    return networkBody(this.system, this.world, {
      virtualNetwork: { name: `Net-${this.number}`, addressSpaces: ['10.0.0.0/22', '10.10.0.0/16'] },
      ghosted: {
        pools: ['10.0.2.0/24', '10.10.0.0/21', ...(how === 'morePools' ? ['10.10.32.0/21'] : [])],
        prefixLength: 24,
      },
      routedSubnets: [
        { name: 'Azure-VMs', prefix: '10.0.3.0/25' },
        { name: 'Apps', prefix: '10.0.3.128/25' },
        ...(how === 'moreRouted' ? [{ name: 'Late', prefix: '10.10.200.0/24' }] : []),
      ],
      routeTable: `Routes-${this.number}`,
      ...(how === 'tagged' ? { tags: { costCentre: '4711' } } : {}),
      ...(name === 'b' ? { hosts: { dataDiskSizeGb: 64 } } : {}),
    });
  }

  /** Plants what others have, with all that a subnet can carry and a property that no SDK knows. */
  async plant(): Promise<void> {
    const { location, natGatewayId } = this.world;
    const group = this.own(`networkSecurityGroups/theirs-${this.number}`);
    const burden = (addressPrefix: string, more: Json = {}): Json => ({
      addressPrefix,
      networkSecurityGroup: { id: group },
      natGateway: { id: natGatewayId },
      delegations: [
        { name: 'web', properties: { serviceName: 'Microsoft.Web/serverFarms', actions: ['join/action'] } },
      ],
      serviceEndpoints: [{ service: 'Microsoft.Storage', locations: ['westeurope'] }],
      inventedIn2031: { deep: [{ value: 1 }, 'two'], none: false },
      ...more,
    });
    const route = (name: string, addressPrefix: string, hop: Json): Json => ({
      name,
      properties: { addressPrefix, ...hop },
    });
    await this.put(group, 'networkSecurityGroups', { location, properties: { securityRules: [] } });
    await this.put(this.theirTable, 'routeTables', {
      location,
      tags: { owner: 'network team' },
      properties: {
        disableBgpRoutePropagation: true,
        routes: [
          route('on-premises', '192.168.0.0/16', { nextHopType: 'VirtualNetworkGateway' }),
          route('Nested-VMs-somebody', '172.16.0.0/24', {
            nextHopType: 'VirtualAppliance',
            nextHopIpAddress: '10.0.3.9',
          }),
        ],
      },
    });
    const subnets = {
      'Azure-VMs': burden('10.0.3.0/25', { routeTable: { id: this.theirTable } }),
      Apps: burden('10.0.3.128/25'),
      Late: burden('10.10.200.0/24'),
      'Ghosted-lost': { addressPrefix: '10.10.6.0/24' },
      [`Ghosted-${this.host(4)}`]: { addressPrefix: lookalike },
    };
    await this.put(this.vnet, 'virtualNetworks', {
      location,
      properties: {
        addressSpace: { addressPrefixes: ['10.0.0.0/22', '10.10.0.0/16'] },
        subnets: Object.entries(subnets).map(([name, properties]) => ({
          name,
          properties: { ...asAzureShows, ...properties },
        })),
      },
    });
  }

  /** A host built after the article, whose table is on Hyper-V-LAN: the routes of every other host belong there as well. */
  async build(): Promise<void> {
    this.handBuilt = await buildByHand(this.system, this.world, {
      ...byHand,
      name: `hand-${this.number}`,
      virtualNetwork: `Net-${this.number}`,
      ranges: ['10.0.0.0/22', '10.10.0.0/16'],
      routed: ['Hyper-V-LAN'],
    });
  }

  /** An empty subnet that says which range a VM's guests are to have, if it has none. */
  async offer(number: HostNumber): Promise<void> {
    const id = this.subnet(`Ghosted-${this.host(number)}`);
    const { resources } = await this.system.admin.state();
    if (resources.some((one) => one.id.toLowerCase() === id.toLowerCase())) return;
    this.offered.push(id);
    const properties = { ...asAzureShows, addressPrefix: `10.10.${40 + number}.0/24` };
    await this.put(id, 'virtualNetworks/subnets', { properties });
  }

  /** A network interface of somebody else in the host's ghosted subnet. */
  async squat(host: string, address: string): Promise<void> {
    const id = this.own(`networkInterfaces/squatter-${host}`);
    const config = { privateIPAddress: address, privateIPAllocationMethod: 'Static', primary: true };
    await this.put(id, 'networkInterfaces', {
      location: this.world.location,
      properties: {
        ipConfigurations: [
          {
            name: 'one',
            id: `${id}/ipConfigurations/one`,
            properties: { ...config, subnet: { id: this.subnet(`Ghosted-${host}`) } },
          },
        ],
      },
    });
  }

  private async put(id: string, type: string, body: Json): Promise<void> {
    await expectOk(`${this.system.azure.adminEndpoint}/resources?id=${encodeURIComponent(id)}`, {
      method: 'PUT',
      body: { id, name: id.split('/').at(-1), type: `Microsoft.Network/${type}`, ...body },
    });
  }
}
