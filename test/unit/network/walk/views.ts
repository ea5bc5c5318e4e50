import type {
  GatewayFacts,
  InterfaceFacts,
  NetworkView,
  PeeringFacts,
  RouteTableFacts,
  SecurityRuleFacts,
  SubnetFacts,
  UserRouteFacts,
} from '../../../../shared/network/walk';

/** Views in few words: every id is a name. */
export class Sketch {
  readonly view: NetworkView = {
    virtualNetworks: [],
    subnets: [],
    routeTables: [],
    securityGroups: [],
    interfaces: [],
    gateways: [],
    hosts: [],
  };

  network(id: string, ...ranges: string[]): this {
    this.view.virtualNetworks.push({ id, name: id, ranges, peerings: [] });
    return this;
  }

  subnet(id: string, virtualNetworkId: string, prefix: string, more: Partial<SubnetFacts> = {}): this {
    this.view.subnets.push({
      id,
      name: id,
      virtualNetworkId,
      prefixes: [prefix],
      natGateway: false,
      defaultOutboundAccess: false,
      ...more,
    });
    return this;
  }

  /** One direction only. */
  half(from: string, remoteId: string, more: Partial<PeeringFacts> = {}): this {
    this.view.virtualNetworks
      .find(({ id }) => id === from)
      ?.peerings.push({
        remoteId,
        state: 'Connected',
        remoteRanges: [],
        allowVirtualNetworkAccess: true,
        allowForwardedTraffic: false,
        allowGatewayTransit: false,
        useRemoteGateways: false,
        ...more,
      });
    return this;
  }

  peer(a: string, b: string, ofA: Partial<PeeringFacts> = {}, ofB: Partial<PeeringFacts> = {}): this {
    return this.half(a, b, ofA).half(b, a, ofB);
  }

  table(
    id: string,
    routes: [prefix: string, type: UserRouteFacts['nextHopType'], address?: string][],
    more: Partial<RouteTableFacts> = {},
  ): this {
    this.view.routeTables.push({
      id,
      name: id,
      gatewayRoutes: true,
      peeringRoutes: true,
      routes: routes.map(([prefix, nextHopType, nextHopAddress], index) => ({
        name: `route-${index}`,
        prefix,
        nextHopType,
        ...(nextHopAddress === undefined ? {} : { nextHopAddress }),
      })),
      ...more,
    });
    return this;
  }

  nic(id: string, subnetId: string, address: string, more: Partial<InterfaceFacts> = {}): this {
    this.view.interfaces.push({
      id,
      name: id,
      subnetId,
      addresses: [address],
      machine: { id: `vm-${id}`, name: `vm-${id}`, running: true },
      primary: true,
      ipForwarding: false,
      publicAddress: false,
      frontends: [],
      translatesToInternet: false,
      applicationSecurityGroups: [],
      ...more,
    });
    return this;
  }

  gateway(id: string, subnetId: string, routes: string[], kind: GatewayFacts['kind'] = 'Vpn'): this {
    this.view.gateways.push({ id, name: id, kind, subnetId, routes });
    return this;
  }

  group(id: string, rules: Partial<SecurityRuleFacts>[]): this {
    const any = { addresses: ['*'], groups: [], ports: ['*'] };
    this.view.securityGroups.push({
      id,
      name: id,
      rules: rules.map((rule, index) => ({
        name: `rule-${index}`,
        priority: 100 + index,
        direction: 'Inbound',
        allow: false,
        protocol: '*',
        source: any,
        destination: any,
        ...rule,
      })),
    });
    return this;
  }
}
