import { mendingOf, type Mending } from '../guest/interruption';

/** Failed checks of the phase verify, by what it takes to mend them. */
export type GuestRepair = Record<Mending, string[]>;

export function guestRepair(failedChecks: readonly string[]): GuestRepair {
  const of = (kind: Mending) => failedChecks.filter((check) => mendingOf(check) === kind);
  return { inPlace: of('inPlace'), interrupting: of('interrupting'), byHand: of('byHand') };
}
