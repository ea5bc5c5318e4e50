import type { VirtualMachineRunCommand } from '@azure/arm-compute';
import { decodeParameters, guestPhases } from '../guest';
import { nameOf, parseId } from './ids';
import type { HostLayout } from './layout';
import type { RemovalSpec } from './remove';
import { list, read } from './send';
import type { Verdict } from './warrant';
import type { AzureClients } from './clients';

/** Azure keeps 25 run commands per VM; from here on old ones make room. */
export const crowded = 20;

/** Few at a time: deletions share the VM's rate bucket with the run commands themselves. */
export const mostRemovals = 4;

/** What proves that a run command may go: the host it was made for, and the operation that must keep its own. */
export interface RunCommandClaims {
  layout: HostLayout;
  operation: string;
  /** The VM is given back: what this very operation ran on it goes as well, however few there are. */
  released?: true;
}

const nameForm = new RegExp(`^(?:${guestPhases.join('|')})-([a-z2-7]{12})-\\d+$`);

/** Run commands whose names say that the app made them, whichever operation it was. */
export const ownRunCommands = (names: readonly string[]): string[] =>
  names.filter((name) => nameForm.test(name));

/**
 * Run commands that may make room on a crowded VM: in our name form, made by another operation. What Azure shows of their
 * progress is looked at again one by one before any of them goes.
 */
export function spentRunCommands(names: readonly string[], operation: string): string[] {
  if (names.length < crowded) return [];
  return names.filter((name) => {
    const maker = nameForm.exec(name)?.[1];
    return maker !== undefined && !operation.startsWith(maker);
  });
}

/**
 * Ours is what carries parameters that the app encoded for this very host under the operation in its name. Unverified: that
 * Azure shows the parameters of a run command again; where it does not, nothing is deleted.
 */
export function judgeRunCommand(
  { layout, operation, released }: RunCommandClaims,
  id: string,
  command: VirtualMachineRunCommand | undefined,
): Verdict {
  if (!command) return { verdict: 'gone' };
  const maker = nameForm.exec(nameOf(id))?.[1];
  const [parameter] = command.parameters ?? [];
  const parameters = decodeParameters(parameter?.value ?? '');
  const ours =
    maker !== undefined &&
    parameters?.host === layout.host &&
    parameters.operation.startsWith(maker) &&
    (released === true || !operation.startsWith(maker));
  if (!ours) return { verdict: 'keep', reason: 'The app did not make it, or still needs it.' };
  const state = command.instanceView?.executionState ?? 'Unknown';
  if (!['Succeeded', 'Failed', 'TimedOut', 'Canceled'].includes(state)) {
    return { verdict: 'keep', reason: `Its script is ${state}.` };
  }
  return {
    verdict: 'delete',
    warrant: {
      resourceId: id,
      purpose: released ? 'teardown' : 'housekeeping',
      proof: [
        `parameters for ${layout.host} of operation ${parameters.operation}`,
        `script ${state}`,
        released ? 'the VM is released' : `${crowded} run commands or more on the VM`,
      ],
    },
  };
}

/** Names of all run commands on a VM, whoever made them; none if the VM does not exist. */
export async function runCommandNames(clients: AzureClients, vmId: string): Promise<string[]> {
  const { subscriptionId, resourceGroup } = parseId(vmId);
  const { virtualMachineRunCommands: commands } = await clients.compute(subscriptionId);
  const found = await list((options) => commands.listByVirtualMachine(resourceGroup, nameOf(vmId), options));
  return found.flatMap(({ name }) => (name === undefined ? [] : [name]));
}

export function runCommandRemoval(vmId: string, name: string): RemovalSpec<RunCommandClaims> {
  const { subscriptionId, resourceGroup } = parseId(vmId);
  const vmName = nameOf(vmId);
  const id = `${vmId}/runCommands/${name}`;
  return {
    id,
    async judge(clients, claims) {
      const client = await clients.compute(subscriptionId);
      const command = await read((options) =>
        client.virtualMachineRunCommands.getByVirtualMachine(resourceGroup, vmName, name, {
          ...options,
          expand: 'instanceView',
        }),
      );
      return judgeRunCommand(claims, id, command);
    },
    async remover(clients) {
      const client = await clients.compute(subscriptionId);
      return (options) => client.virtualMachineRunCommands.delete(resourceGroup, vmName, name, options);
    },
  };
}
