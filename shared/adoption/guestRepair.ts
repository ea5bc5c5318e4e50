/** What it takes to mend what the verify phase finds wrong in Windows. */
export interface GuestRepair {
  /** The phase network mends them while guests run. */
  inPlace: string[];
  /** Mending them restarts the VM or RemoteAccess. */
  interrupting: string[];
  /** Nothing the program does mends them. */
  byHand: string[];
}

/** Checks of the verify phase, by name. One that is not listed is taken for the worst that can be mended. */
const mending: Record<string, keyof GuestRepair> = {
  forwarding: 'inPlace',
  metadata: 'inPlace',
  routes: 'inPlace',
  routeSelection: 'inPlace',
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
};

export function guestRepair(failedChecks: readonly string[]): GuestRepair {
  const of = (kind: keyof GuestRepair) =>
    failedChecks.filter((check) => (mending[check] ?? 'interrupting') === kind);
  return { inPlace: of('inPlace'), interrupting: of('interrupting'), byHand: of('byHand') };
}
