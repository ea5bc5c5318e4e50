import type { NetworkInterface } from '@azure/arm-network';
import type { Decision } from '../ensure';
import type { HostLayout, NicLayout } from '../layout';
import { obstacleFrom, type Obstacle } from '../obstacle';
import { desiredForwarding, desiredNetworkInterface } from '../resources/networkInterface';
import { desiredPublicIp } from '../resources/publicIp';
import { desiredSubnet, subnetWishes } from '../resources/subnet';
import { desiredAttachment, desiredVirtualMachine } from '../resources/virtualMachine';
import { made } from './expected';
import type { ObservedHost } from './observe';
import type { PlannedKind, PlannedResource } from './types';
import { wireBody } from './wire';

/** A resource of the plan, or why it will not come to be. */
export interface Planned {
  resource: PlannedResource;
  refusal?: Obstacle;
}

/** What the ensure driver would do, as an entry of the plan. `only`: what of the body is ours, the rest being as read. */
export function planned<Body extends object>(
  where: Pick<PlannedResource, 'step' | 'kind' | 'id'>,
  decision: Decision<Body>,
  only?: (keyof Body)[],
): Planned {
  if (decision.action === 'refuse') {
    return { resource: { ...where, change: 'unchanged' }, refusal: obstacleFrom(decision.failure) };
  }
  if (decision.action !== 'put') return { resource: { ...where, change: 'unchanged' } };
  const { body, change } = decision;
  const part = only && Object.fromEntries(only.map((key) => [key, body[key]]));
  return {
    resource: { ...where, change, body: wireBody(part ?? body), ...(part ? { partial: true } : {}) },
  };
}

/** The steps from createSubnets to enableIpForwarding, in the order in which they look and write. */
export function planResources(layout: HostLayout, observed: ObservedHost): Planned[] {
  return [
    ...planSubnets(layout, observed),
    ...planMachine(layout, observed),
    ...planForwarding(layout, observed),
  ];
}

/** Subnets that exist are looked at only if the app would make them; NAT and Hyper-V-LAN are never altered. */
function planSubnets(layout: HostLayout, { routing: { own } }: ObservedHost): Planned[] {
  return Object.values(subnetWishes(layout)).map((wish) =>
    planned({ step: 'createSubnets', kind: 'subnet', id: wish.id }, desiredSubnet(wish, own)),
  );
}

function planMachine(layout: HostLayout, observed: ObservedHost): Planned[] {
  const { publicIp, virtualMachine } = layout;
  const at = (kind: PlannedKind, id: string) => ({ step: 'createVirtualMachine' as const, kind, id });
  const machine = desiredVirtualMachine(layout, observed.virtualMachine);
  const attached = machine.action === 'put' ? made(virtualMachine.id, machine.body) : observed.virtualMachine;
  return [
    ...(publicIp ? [planned(at('publicIp', publicIp.id), desiredPublicIp(layout, observed.publicIp))] : []),
    ...(['nic1', 'nic2'] as const).map((which) =>
      planned(
        at('networkInterface', layout[which].id),
        desiredNetworkInterface(layout, layout[which], observed[which]),
      ),
    ),
    planned(at('virtualMachine', virtualMachine.id), machine),
    planned(
      { step: 'attachSecondNic', kind: 'virtualMachine', id: virtualMachine.id },
      desiredAttachment(layout, attached),
    ),
  ];
}

function planForwarding(layout: HostLayout, observed: ObservedHost): Planned[] {
  return (['nic2', 'nic1'] as const).map((which) => {
    const nic = layout[which];
    const decision = desiredForwarding(
      layout,
      nic,
      which === 'nic2',
      expectedNic(layout, nic, observed[which]),
    );
    return planned({ step: 'enableIpForwarding', kind: 'networkInterface', id: nic.id }, decision, [
      'enableIPForwarding',
    ]);
  });
}

function expectedNic(
  layout: HostLayout,
  nic: NicLayout,
  existing: NetworkInterface | undefined,
): NetworkInterface | undefined {
  const decision = desiredNetworkInterface(layout, nic, existing);
  return decision.action === 'put' ? made(nic.id, decision.body) : existing;
}
