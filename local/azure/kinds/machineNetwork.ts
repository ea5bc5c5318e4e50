import type { Cloud } from '../cloud';
import type { NicFacts } from '../guest';
import { asString, at } from '../json';
import { hex } from '../random';
import type { ArmResource } from '../types';
import { rangeOf } from './subnets';
import { ipConfigurations, nicReferences } from './writing';

/** The adapters that the operating system finds at boot; a MAC address is drawn at an adapter's first boot. */
export function plugIn(cloud: Cloud, vm: ArmResource): NicFacts[] {
  return nicReferences(vm).flatMap(({ id, primary }) => {
    const nic = cloud.store.get(id);
    if (!nic) return [];
    const state = cloud.nic(id);
    state.mac ??= `00-0D-3A-${hex(cloud.identifiers, 6)
      .toUpperCase()
      .replace(/(..)(?=.)/g, '$1-')}`;
    const configuration =
      ipConfigurations(nic).find(({ properties }) => properties.primary === true) ?? ipConfigurations(nic)[0];
    const subnet = cloud.store.get(asString(at(configuration?.properties, 'subnet', 'id')) ?? '');
    const range = subnet && rangeOf(subnet);
    return [
      {
        id: nic.id,
        mac: state.mac,
        address: asString(configuration?.properties.privateIPAddress) ?? '',
        primary,
        ...(range ? { prefixLength: range.length } : {}),
        acceleratedNetworking: nic.properties.enableAcceleratedNetworking === true,
      },
    ];
  });
}

/**
 * Whether the machine reaches the internet through its primary interface: by a public address, by a NAT gateway, or
 * by default outbound access, which one public address on any interface turns off for the whole machine.
 */
export function hasInternet(cloud: Cloud, vm: ArmResource): boolean {
  const outlets = nicReferences(vm).map(({ id, primary }) => {
    const nic = cloud.store.get(id);
    const entries = nic ? ipConfigurations(nic) : [];
    const subnet = cloud.store.get(asString(at(entries[0]?.properties, 'subnet', 'id')) ?? '');
    return {
      primary,
      publicAddress: entries.some(({ properties }) => properties.publicIPAddress !== undefined),
      natGateway: subnet?.properties.natGateway !== undefined,
      defaultAccess: subnet !== undefined && subnet.properties.defaultOutboundAccess !== false,
    };
  });
  const anyPublic = outlets.some((outlet) => outlet.publicAddress);
  return outlets.some(
    (outlet) =>
      outlet.primary && (outlet.publicAddress || outlet.natGateway || (outlet.defaultAccess && !anyPublic)),
  );
}
