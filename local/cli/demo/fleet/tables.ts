import { columns } from '../table';
import type { AdoptedByHand, FindingSummary, FleetHost } from './document';
import type { BrokenPaths, FleetPaths } from './paths';

export function fleetTable(hosts: readonly FleetHost[]): string[] {
  return columns([
    ['host', 'state', 'guests', 'NIC 1', 'NIC 2'],
    ...hosts.map(({ name, state, ghostedPrefix, natAddress, lanAddress }) => [
      name,
      state,
      ghostedPrefix,
      natAddress,
      lanAddress,
    ]),
  ]);
}

/** What passed and what did not. */
export function pathLines({ walked, broken, inspected }: FleetPaths): string[] {
  const { outward, inward } = inspected;
  const lost = broken.reduce((sum, { paths }) => sum + paths, 0);
  return [
    `  ${lost === 0 ? '✔' : '✖'} ${walked - lost} of ${walked} paths are green: internet, DNS, Azure-VMs, Apps, spoke, on-premises, other hosts`,
    `  ✔ by way of the firewall: ${outward} paths to Apps, ${inward} from Apps`,
    ...brokenLines(broken),
  ];
}

export function adoptionLines({ state, ghostedPrefix, restarted, writes, paths }: AdoptedByHand): string[] {
  const written = Object.entries(writes).map(([kind, count]) => `${count} x ${kind}`);
  return [
    `  ${state === 'ready' ? '✔' : '✖'} HyperV-Lab is ${state} with ${ghostedPrefix}, as it was built; writes: ${written.join(', ')}`,
    `  ${restarted ? '✖ it was restarted' : '✔ it was not restarted'}`,
    ...pathLines(paths),
  ];
}

export function brokenLines(broken: readonly BrokenPaths[]): string[] {
  return broken.map(({ reason, paths, example }) => `  ✖ ${paths} paths, as ${example}: ${reason}`);
}

export function driftLines(findings: readonly FindingSummary[]): string[] {
  return findings.length === 0
    ? ['  no findings']
    : findings.map(
        ({ kind, what, verdict }) => `  ${kind.padEnd(24)} ${what.padEnd(28)} ${said[verdict] ?? verdict}`,
      );
}

const said: Record<string, string> = {
  none: 'reported, left alone',
  withheld: 'withheld for now',
  planned: 'planned',
  done: 'mended',
  failed: 'failed',
};
