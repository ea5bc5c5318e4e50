import type { WalkResult as Simulated } from '../../../../local/azure/walk';
import type { WalkResult } from '../../../../shared/network/walk';

/**
 * Whether the two walks name another element as the one that breaks the way. Undefined if nothing is broken, or if one of them
 * names none that the other knows.
 */
export function differsInBlame(ours: WalkResult, simulated: Simulated): boolean | undefined {
  const [mine, theirs] = [ours.brokenBy, simulated.brokenBy];
  if (!mine || !theirs) return undefined;
  // The answer came to somebody else, of whom the two have other words.
  if (mine.kind === 'endpoint' && mine.leg === 'back') return undefined;
  const way = theirs.reason.startsWith('on the way back: ') ? 'back' : 'there';
  if (mine.leg !== way) return true;
  if (mine.id !== undefined && theirs.id !== undefined) return mine.id !== theirs.id.toLowerCase();
  if (mine.id === undefined && theirs.id !== undefined) return !isOfHost(mine.element, theirs.id);
  // The system inside a machine is no resource; both call it by the same name.
  return mine.element !== theirs.element;
}

/**
 * What the system of a host sends and Azure drops: we name the host, which should have translated it or sent it elsewhere, the
 * simulated Azure its VM, or the interface that may not carry it.
 */
function isOfHost(element: string, id: string): boolean {
  const name = element.replace('host ', '');
  return new RegExp(`/(networkInterfaces/${name}-(nat|lan)|virtualMachines/${name})$`, 'i').test(id);
}
