import { World, idOf } from './world';

/** What the hosts of an estate need beside the routes of a plain network. */
export const moreHostRoutes = [
  ['10.20.0.0/16', 'Ethernet 2', '10.0.1.1'],
  ['192.168.0.0/16', 'Ethernet 2', '10.0.1.1'],
  ['10.10.254.0/26', 'Ethernet', '10.0.0.1'],
] as const;

/**
 * The two hosts in a network with everything around it: a peered network, premises behind a gateway, and a subnet that
 * can carry no route table and is therefore reached translated. Two guests run on the first host.
 */
export class Estate extends World {
  constructor() {
    super();
    this.subnet('Nested-Fun', 'AzureBastionSubnet', { prefix: '10.10.254.0/26' });
    this.nic('bastion-nic', 'AzureBastionSubnet', '10.10.254.4', {});
    this.vm('bastion', ['bastion-nic']);
    this.addGateway();
    this.addPeer();
    for (const host of ['hv-01', 'hv-02']) {
      const { adapters, routes } = this.windows(host);
      for (const [prefix, alias, nextHop] of moreHostRoutes) {
        const index = adapters.find((adapter) => adapter.alias === alias)?.index ?? 0;
        routes.push({ prefix, nextHop, index, metric: 256, persistent: true });
      }
    }
    this.windows('hv-01').nestedVms = ['a', 'b'].map((name) => ({ name, state: 'Running' }));
  }

  private addGateway(): void {
    this.subnet('Nested-Fun', 'GatewaySubnet', { prefix: '10.10.255.0/27', table: true });
    const subnet = { id: this.find('GatewaySubnet').id };
    this.add('Microsoft.Network/virtualNetworkGateways', 'vgw', {
      ipConfigurations: [{ name: 'default', properties: { privateIPAddress: '10.10.255.4', subnet } }],
      'x-learnedPrefixes': ['192.168.0.0/16'],
    });
  }

  private addPeer(): void {
    const addressSpace = { addressPrefixes: ['10.20.0.0/16'] };
    this.add('Microsoft.Network/virtualNetworks', 'Spoke', { addressSpace });
    this.subnet('Spoke', 'Spoke-VMs', { prefix: '10.20.0.0/24', table: true });
    this.nic('spoke-01-nic', 'Spoke-VMs', '10.20.0.4', {});
    this.vm('spoke-01', ['spoke-01-nic']);
    for (const [here, there, name] of [
      ['Nested-Fun', 'Spoke', 'to-spoke'],
      ['Spoke', 'Nested-Fun', 'to-hub'],
    ] as const) {
      this.addChild(here, 'virtualNetworkPeerings', name, {
        peeringState: 'Connected',
        allowVirtualNetworkAccess: true,
        allowForwardedTraffic: true,
        remoteVirtualNetwork: { id: idOf('Microsoft.Network/virtualNetworks', there) },
      });
    }
  }
}
