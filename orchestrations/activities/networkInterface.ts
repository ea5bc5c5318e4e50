import { ensure, outcomeOf, type Resume } from '../../shared/azure/ensure';
import type { HostLayout } from '../../shared/azure/layout';
import { failed, type Outcome } from '../../shared/azure/outcome';
import { networkInterfaceSpec } from '../../shared/azure/resources/networkInterface';
import { isTaken, subnetWishes, type SubnetWish } from '../../shared/azure/resources/subnet';
import { readVirtualNetwork } from '../../shared/azure/resources/virtualNetwork';
import type { Dependencies } from './context';

/**
 * An address that Azure refuses because somebody has it is passed over from then on. A subnet that was taken away after it
 * was looked at is told by a code of its own, since it can be made again.
 */
export async function ensureNic(
  deps: Dependencies,
  layout: HostLayout,
  which: 'nic1' | 'nic2',
  resume: Resume,
): Promise<Outcome> {
  const nic = layout[which];
  const outcome = await ensure(deps.clients, networkInterfaceSpec(layout, nic), resume);
  if (outcome.status !== 'failed') return outcome;
  if (outcome.code === 'PrivateIPAddressIsAllocated')
    await deps.records.ledger.noteRefused(layout.virtualNetworkId, layout.network, nic.address);
  const wish = subnetWishes(layout)[which === 'nic1' ? 'natSubnet' : 'lanSubnet'];
  if (outcome.code !== 'InvalidResourceReference' || !(await taken(deps, layout, wish))) return outcome;
  return failed('invalid', 'SubnetTaken', `Somebody took ${wish.name} away. ${outcome.message}`);
}

/** False where that cannot be looked at now: then Azure's own words stand. */
async function taken({ clients }: Dependencies, layout: HostLayout, wish: SubnetWish): Promise<boolean> {
  const look = await outcomeOf(async () => {
    const network = await readVirtualNetwork(clients, layout.virtualNetworkId);
    return { status: 'done', change: 'unchanged', facts: isTaken(wish, network) };
  });
  return look.status === 'done' && look.facts === true;
}
