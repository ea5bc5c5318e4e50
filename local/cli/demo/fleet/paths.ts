import type { AdminClient, WalkEnd } from '../../../launch/adminClient';
import { walkPaths, type WalkedPath, type Way } from '../paths';
import { onPremises } from './company';

type End = [label: string, end: WalkEnd];

const guest = (host: string): End => [`guest ${host}`, { guestOf: host }];
const members: End[] = [
  ['Azure-VMs', { subnet: 'Azure-VMs' }],
  ['Apps', { subnet: 'Apps' }],
  ['spoke', { subnet: 'Far' }],
  ['on-premises', { onPremises: onPremises.address }],
];

/** Everything that the guests of a network are promised: both directions, and to the guests of the next host. */
export function fleetWays(hosts: readonly string[]): Way[] {
  return hosts.flatMap((host, index) => {
    const next = hosts[(index + 1) % hosts.length] ?? host;
    const outward: End[] = [
      ...members,
      ['next host', { guestOf: next }],
      ['internet', 'internet'],
      ['dns', 'dns'],
    ];
    return [
      ...outward.map((to) => ({ from: guest(host), to })),
      ...members.map((from) => ({ from, to: guest(host) })),
    ];
  });
}

/** What was walked and found; the way of each packet is not kept. */
export interface FleetPaths {
  walked: number;
  /** Broken paths by what breaks them. */
  broken: BrokenPaths[];
  /** Paths between guests and Apps that pass the firewall, by direction; all of them should. */
  inspected: { outward: number; inward: number };
}

export interface BrokenPaths {
  /** The reason without the addresses, which differ from path to path. */
  reason: string;
  paths: number;
  /** One of them, `from -> to`. */
  example: string;
}

/** Sends a packet along every way; each has to arrive and its answer to come back. */
export async function walkFleet(
  admin: Pick<AdminClient, 'walk'>,
  hosts: readonly string[],
): Promise<FleetPaths> {
  const paths = await walkPaths(admin, fleetWays(hosts));
  const through = (one: WalkedPath): boolean => one.by.includes('appliance firewall');
  return {
    walked: paths.length,
    broken: grouped(paths.filter(({ ok }) => !ok)),
    inspected: {
      outward: paths.filter((one) => one.to === 'Apps' && through(one)).length,
      inward: paths.filter((one) => one.from === 'Apps' && through(one)).length,
    },
  };
}

function grouped(broken: readonly WalkedPath[]): BrokenPaths[] {
  const groups = new Map<string, BrokenPaths>();
  for (const { from, to, why } of broken) {
    const reason = reasonOf(why ?? 'unknown');
    const group = groups.get(reason) ?? { reason, paths: 0, example: `${from} -> ${to}` };
    groups.set(reason, { ...group, paths: group.paths + 1 });
  }
  return [...groups.values()];
}

function reasonOf(why: string): string {
  return why
    .replace('on the way back: ', '')
    .replace(/Ghosted-\S+:/, 'Ghosted-*:')
    .replace(/(?:from|to|address) \d+\.\d+\.\d+\.\d+/, (text) => `${text.split(' ')[0]} ...`);
}
