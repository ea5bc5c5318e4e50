import type { AdminClient, WalkEnd } from '../../launch/adminClient';
import type { PathState } from './document';

export interface Way {
  from: [label: string, end: WalkEnd];
  to: [label: string, end: WalkEnd];
}

const guest = (host: string): [string, WalkEnd] => [`guest ${host}`, { guestOf: host }];
const vms: [string, WalkEnd] = ['Azure-VMs', { subnet: 'Azure-VMs' }];

/** The ways that the promise names. */
export const ways: readonly Way[] = [
  { from: guest('hv-01'), to: ['internet', 'internet'] },
  { from: guest('hv-01'), to: vms },
  { from: vms, to: guest('hv-01') },
  { from: guest('hv-01'), to: guest('hv-02') },
  { from: guest('hv-02'), to: guest('hv-01') },
  { from: guest('hv-01'), to: ['dns', 'dns'] },
];

export interface WalkedPath extends PathState {
  /** What breaks the path, if anything does. */
  why?: string;
  /** Whom the packet passes on its way there. */
  by: string[];
}

/** Sends one packet each way through the simulated network. */
export async function walkPaths(
  admin: Pick<AdminClient, 'walk'>,
  along: readonly Way[] = ways,
): Promise<WalkedPath[]> {
  return await Promise.all(
    along.map(async ({ from, to }) => {
      const { ok, sourceSeen, hops, brokenBy } = await admin.walk(from[1], to[1]);
      return {
        from: from[0],
        to: to[0],
        ok,
        sourceSeen: sourceSeen ?? '',
        by: passed(hops.map((hop) => hop.at)),
        ...(brokenBy ? { why: `${brokenBy.element}: ${brokenBy.reason}` } : {}),
      };
    }),
  );
}

/** Without the sender itself, and an element that does several things in a row only once. */
function passed(elements: string[]): string[] {
  return elements.slice(1).filter((element, index, all) => element !== all[index - 1]);
}
