import { disks } from './disks';
import type { Kind } from './kind';
import { connections, localNetworkGateways, virtualNetworkGateways } from './gateways';
import { networkInterfaces } from './networkInterfaces';
import { peerings } from './peerings';
import { natGateways, networkSecurityGroups, publicIpAddresses } from './plainNetwork';
import { routeTables } from './routeTables';
import { routes } from './routes';
import { runCommands } from './runCommands';
import { subnets } from './subnets';
import { virtualMachines } from './virtualMachines';
import { virtualNetworks } from './virtualNetworks';

/** Every resource type that is served, by name in lower case. */
export const kinds: ReadonlyMap<string, Kind> = new Map(
  [
    virtualNetworks,
    subnets,
    peerings,
    networkInterfaces,
    routeTables,
    routes,
    natGateways,
    publicIpAddresses,
    networkSecurityGroups,
    virtualNetworkGateways,
    localNetworkGateways,
    connections,
    virtualMachines,
    runCommands,
    disks,
  ].map((kind) => [kind.type.toLowerCase(), kind]),
);
