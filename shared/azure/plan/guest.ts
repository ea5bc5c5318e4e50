import { createHash } from 'node:crypto';
import type { VirtualNetwork } from '@azure/arm-network';
import { buildParameters, scriptOf, type GuestPhase } from '../../guest';
import type { HostLayout } from '../layout';
import { guestFacts } from '../resources/runCommand';
import type { ObservedHost } from './observe';
import { operationPlaceholder, type PlannedPhase } from './types';

const phases: readonly GuestPhase[] = ['features', 'network', 'verify'];

/** In place of a MAC that Azure does not know before the VM has run. */
const unknownMac = '00-00-00-00-00-00';

/** The phases of configureGuest with all that they are told. A restart comes where a phase asks for one. */
export function planGuest(
  layout: HostLayout,
  network: VirtualNetwork,
  observed: Pick<ObservedHost, 'nic1' | 'nic2'>,
): PlannedPhase[] {
  const macs = {
    nic1: observed.nic1?.macAddress || unknownMac,
    nic2: observed.nic2?.macAddress || unknownMac,
  };
  return phases.map((phase) => {
    const attempt = { phase, attempt: 1, operation: 'planned' };
    const { nic1, nic2, ...parameters } = buildParameters(guestFacts(layout, attempt, macs, network));
    return {
      phase,
      parameters: {
        ...parameters,
        operation: operationPlaceholder,
        nic1: withoutUnknown(nic1),
        nic2: withoutUnknown(nic2),
      },
      script: createHash('sha256').update(scriptOf(phase)).digest('hex'),
    };
  });
}

const withoutUnknown = ({ mac, address }: { mac: string; address: string }) => ({
  ...(mac === unknownMac ? {} : { mac }),
  address,
});
