import { ensure, outcomeOf, type Resume } from '../../shared/azure/ensure';
import type { Outcome } from '../../shared/azure/outcome';
import { tagsSpec } from '../../shared/azure/resources/tags';
import { ownRunCommands, runCommandNames } from '../../shared/azure/runCommands';
import { loadHost, loadLayout, whyNotActing, type Dependencies } from './context';

/** What carries the app's tags and stays when a host is released. */
export type KeptResource = 'virtualMachine' | 'nic1' | 'nic2' | 'publicIp' | 'osDisk' | 'dataDisk';

/** Takes the app's tags off one of them; nothing to do where the host has no such resource. */
export async function removeTags(
  deps: Dependencies,
  input: { operation: string; resource: KeptResource; resume: Resume },
): Promise<Outcome> {
  const context = await loadHost(deps, input.operation);
  const over = whyNotActing(context);
  if (over) return over;
  const { layout } = context;
  const kept = layout[input.resource];
  if (!kept) return { status: 'done', change: 'unchanged' };
  return ensure(deps.clients, tagsSpec(layout, kept.id), input.resume);
}

/** Names of the run commands on the VM that the app made. Azure keeps 25 at most. */
export async function listRunCommands(
  deps: Dependencies,
  input: { operation: string },
): Promise<Outcome<{ names: string[] }>> {
  const { virtualMachine } = await loadLayout(deps, input.operation);
  return outcomeOf(async () => {
    const names = ownRunCommands(await runCommandNames(deps.clients, virtualMachine.id));
    return { status: 'done', change: 'unchanged', facts: { names } };
  });
}
