/**
 * Seconds after which the app looks for the first time whether such work is done. A copy, since nothing here imports the
 * app; a test holds it to `paces` in `shared/azure/retry.ts`.
 */
export const paces = {
  quick: 5,
  virtualMachine: 85,
  deleteVirtualMachine: 40,
  restart: 120,
  features: 120,
  network: 60,
  guestCheck: 35,
} as const;

export type Pace = keyof typeof paces;
