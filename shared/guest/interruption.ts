/**
 * What it takes to mend what the phase verify finds wrong in Windows. `inPlace`: the phase network does it while guests go on:
 * it adds routes, sets options, switches forwarding on, adds filters. `interrupting`: the VM or RemoteAccess restarts, or an
 * address changes. `byHand`: nothing the program does mends it.
 */
export type Mending = 'inPlace' | 'interrupting' | 'byHand';

const mending: Record<string, Mending> = {
  forwarding: 'inPlace',
  metadata: 'inPlace',
  routes: 'inPlace',
  routeSelection: 'inPlace',
  addressPool: 'inPlace',
  natNames: 'inPlace',
  dhcpService: 'inPlace',
  dhcpBinding: 'inPlace',
  dhcpScope: 'inPlace',
  bootTask: 'inPlace',
  bootScript: 'inPlace',
  dataDisk: 'inPlace',
  features: 'interrupting',
  hypervisor: 'interrupting',
  switch: 'interrupting',
  address: 'interrupting',
  rras: 'interrupting',
  nat: 'interrupting',
  nic1: 'byHand',
  nic2: 'byHand',
  defaultRoute: 'byHand',
  netNat: 'byHand',
  platform: 'byHand',
};

/** Checks of the phase verify go by name. One that is not known is taken for the worst that can be mended. */
export const mendingOf = (check: string): Mending => mending[check] ?? 'interrupting';

/** Failed checks that cannot be put right while guests go on. */
export const needingInterruption = (failedChecks: readonly string[]): string[] =>
  failedChecks.filter((check) => mendingOf(check) !== 'inPlace');
