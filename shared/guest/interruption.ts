/**
 * Checks of the phase verify that the phase network puts right while guests go on: it adds routes, sets options, switches
 * forwarding on, adds filters. For all others it would restart a service or Windows, or change an address.
 */
const gentle: ReadonlySet<string> = new Set([
  'forwarding',
  'metadata',
  'routes',
  'routeSelection',
  'dhcpService',
  'dhcpBinding',
  'dhcpScope',
  'bootTask',
  'bootScript',
  'dataDisk',
]);

/** Failed checks that cannot be put right without an interruption. */
export function needingInterruption(failedChecks: readonly string[]): string[] {
  return failedChecks.filter((check) => !gentle.has(check));
}
