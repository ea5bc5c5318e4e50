import { scarce, type FaultName, type Meddling } from './faults';
import type { Attaching } from './adoptionCases';
import type { Giveaway } from './releaseCases';
import type { Removal, Write } from './steps';

interface Exemption<Step> {
  steps?: readonly Step[];
  /** All but these, where `steps` is absent. */
  but?: readonly Step[];
  faults: readonly (FaultName | Meddling)[];
  because: string;
}

const hardware = [...(Object.keys(scarce) as FaultName[]), 'capacityOnce', 'allocationOnce'] as const;
const reserved =
  'a machine that failed keeps interfaces from the next machine; that it keeps them from their removal is part of ' +
  'quota and capacity, whose undo has to wait for it';

/** Cells of the table of a provisioning that make no sense. */
const ofProvision: Exemption<Write>[] = [
  { but: ['virtualMachine'], faults: hardware, because: 'only the machine takes cores and hardware' },
  { but: ['virtualMachine'], faults: ['nicReserved'], because: reserved },
  {
    steps: ['natSubnet', 'lanSubnet', 'ghostedSubnet'],
    faults: ['occupied'],
    because: 'there is no ghosted subnet yet',
  },
];

/** Cells of the table of a teardown that make no sense. */
const ofTeardown: Exemption<Removal>[] = [
  { but: [], faults: hardware, because: 'a teardown gives hardware back' },
  { but: [], faults: ['nicReserved'], because: reserved },
];

/** Cells of the table of an adoption that make no sense. */
const ofAdoption: Exemption<Attaching>[] = [
  { but: ['start'], faults: hardware, because: 'only a start takes hardware' },
  {
    steps: ['start'],
    faults: ['quota', 'capacity', 'capacityOnce'],
    because: 'a deallocated machine keeps its cores and its size; what it may lack is allocated by the start',
  },
  { but: [], faults: ['nicReserved'], because: 'no machine is made' },
  { steps: ['ghostedSubnet'], faults: ['occupied'], because: 'there is no ghosted subnet yet' },
];

/** Cells of the table of a release that make no sense. */
const ofRelease: Exemption<Giveaway>[] = [
  { but: [], faults: hardware, because: 'a release takes no hardware' },
  { but: [], faults: ['nicReserved'], because: 'no interface goes' },
  {
    steps: ['runCommand', 'machineTags', 'nicTags'],
    faults: ['occupied'],
    because: 'the ghosted subnet has gone',
  },
];

const tables = {
  provision: ofProvision,
  teardown: ofTeardown,
  adopt: ofAdoption,
  release: ofRelease,
} as const;

/** Why a step cannot meet something; undefined if it can. Everything else is tried, Azure would or not. */
export const senseless = (
  kind: keyof typeof tables,
  step: string,
  fault: FaultName | Meddling,
): string | undefined =>
  (tables[kind] as Exemption<string>[]).find(
    ({ steps, but, faults }) =>
      faults.includes(fault) && (steps ? steps.includes(step) : !but?.includes(step)),
  )?.because;
