import type { ProxyAgentSettings, VirtualMachine } from '@azure/arm-compute';
import type { Decision, ResourceSpec } from '../ensure';
import { parseId } from '../ids';
import type { HostLayout } from '../layout';
import { failed } from '../outcome';
import { send } from '../send';
import { enforced } from './metadataProtection';
import { isHostMachine, readVirtualMachine } from './virtualMachine';

/** Enforced, or led by rules of the owner's own, which say more than a mode. */
function isClosed({ enabled, imds, wireServer }: ProxyAgentSettings): boolean {
  return (
    enabled === true &&
    [imds, wireServer].every(
      (one) => one?.mode === 'Enforce' || one?.inVMAccessControlProfileReferenceId !== undefined,
    )
  );
}

/** Desired metadata security protocol of a VM that is there: enforced for both services. */
export function desiredProtocol(
  layout: HostLayout,
  existing: VirtualMachine | undefined,
): Decision<VirtualMachine> {
  if (!existing) return refuse('VirtualMachineNotFound', `The VM ${layout.host} is gone.`);
  if (!isHostMachine(layout, existing)) {
    return refuse(
      'ForeignVirtualMachine',
      `The VM ${layout.virtualMachine.name} is not the one of the host ${layout.host}; it is left as it is.`,
    );
  }
  const settings = existing.securityProfile?.proxyAgentSettings;
  if (settings && isClosed(settings)) {
    return existing.provisioningState === 'Updating' ? { action: 'wait' } : { action: 'none' };
  }
  if (existing.provisioningState === 'Updating') return { action: 'wait' };
  const securityProfile = { proxyAgentSettings: enforced };
  return { action: 'put', change: 'updated', body: { location: existing.location, securityProfile } };
}

const refuse = (code: string, message: string): Decision<never> => ({
  action: 'refuse',
  failure: failed('fatal', code, message),
});

/**
 * A PATCH that says this and nothing else, as Microsoft shows it for VMs that exist ("Enable MSP on existing VMs"); the
 * page names no restart. Unverified on a real VM.
 */
export function securityProtocolSpec(layout: HostLayout): ResourceSpec<VirtualMachine> {
  const { id, name } = layout.virtualMachine;
  const { subscriptionId, resourceGroup } = parseId(id);
  return {
    id,
    read: (clients) => readVirtualMachine(clients, id),
    desired: (existing) => desiredProtocol(layout, existing),
    async write(clients, { securityProfile = {} }) {
      const client = await clients.compute(subscriptionId);
      return send((options) =>
        client.virtualMachines.update(resourceGroup, name, { securityProfile }, options),
      );
    },
  };
}
