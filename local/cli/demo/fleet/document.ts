import type { Leftovers } from '../document';
import type { BrokenPaths, FleetPaths } from './paths';

export interface FleetHost {
  name: string;
  state: string;
  ghostedPrefix: string;
  natAddress: string;
  lanAddress: string;
}

export interface FindingSummary {
  kind: string;
  /** Last part of the name of what it is about. */
  what: string;
  verdict: string;
}

export interface AdoptedByHand {
  state: string;
  ghostedPrefix: string;
  restarted: boolean;
  /** Writes to Azure, by what was written. */
  writes: Record<string, number>;
  /** Of all hosts, this one among them. */
  paths: FleetPaths;
}

export interface FleetDocument {
  /** What became of a host on a network that would go round the firewall. */
  refusal: { code: string | null; names: string[]; writes: number };
  hosts: Pick<FleetHost, 'name' | 'state'>[];
  /** Sorted: which host has which depends on who came first. */
  allocated: { ghostedPrefixes: string[]; natAddresses: string[]; lanAddresses: string[] };
  paths: FleetPaths;
  drift: { broken: BrokenPaths[]; findings: FindingSummary[]; after: FleetPaths };
  adopted: AdoptedByHand;
  planted: { findings: FindingSummary[]; still: boolean };
  /** Ids of the company's resources that are not as they were, but for etag and provisioningState. */
  changed: string[];
  afterTeardown: Omit<Leftovers, 'routeTables'> & { routeTables: string[] };
  azure: { requests: number; writes: number; conflicts: number; throttled: number };
  /** From the first order of hosts to the last of them ready. */
  simulatedSeconds: { onboarding: number; teardown: number };
}
