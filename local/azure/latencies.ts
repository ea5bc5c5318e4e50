/** Medians of how long Azure takes, in seconds. Every use draws anew around them. */
export const medianSeconds = {
  resourceGroupDelete: 20,
  virtualNetwork: 6,
  subnet: 4.5,
  subnetUnchanged: 0.5,
  networkInterface: 3,
  routeTable: 5,
  route: 4,
  plainNetwork: 5,
  peering: 5,
  gateway: 1800,
  effectiveRoutes: 6,
  disk: 3,
  virtualMachineCreate: 70,
  virtualMachineUpdate: 10,
  virtualMachineDelete: 40,
  deallocate: 40,
  powerOff: 20,
  start: 60,
  /** From the request until the agent reports again; the operation itself ends before. */
  restart: 90,
  agentAfterBoot: 6,
  /** Until the agent picks up a run command. */
  runCommandPickUp: 6,
  runCommandDelete: 8,
} as const;

export type Latency = keyof typeof medianSeconds;

/** Shortest time from asking for a script to its end that the platform ever shows. */
export const shortestRunCommandSeconds = 20;

/** How long a failed create keeps its network interfaces reserved. */
export const nicReservationSeconds = 180;
