import type { OperationView, StepView } from '../../launch/appClient';

const signs = { pending: '·', running: '▸', done: '✔', failed: '✖', skipped: '–' } as const;

export const titles: Record<string, string> = {
  plan: 'plan',
  createSubnets: 'create subnets',
  createVirtualMachine: 'create virtual machine',
  attachSecondNic: 'attach second NIC',
  enableIpForwarding: 'enable IP forwarding',
  configureGuest: 'configure Windows',
  addRoute: 'add route',
  verify: 'verify',
  checkGuests: 'check for guests',
  removeRoute: 'remove route',
  removeRouteTable: 'remove route table if last',
  deleteVirtualMachine: 'delete virtual machine',
  deleteNetworkInterfaces: 'delete network interfaces',
  deleteDisks: 'delete disks',
  deleteSubnet: 'delete ghosted subnet',
  releaseLedger: 'release addresses',
};

/** Simulated minutes and seconds between two instants, `3:07`. */
export function elapsed(from: number, to: number): string {
  const seconds = Math.max(0, Math.round((to - from) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** One line for a step at the simulated instant `now` (epoch ms). */
export function stepLine(step: StepView, now: number): string {
  const title = (titles[step.name] ?? step.name).padEnd(27);
  if (!step.startedAt) return `  ${signs[step.status]} ${title}`.trimEnd();
  const end = step.finishedAt ? Date.parse(step.finishedAt) : now;
  const time = elapsed(Date.parse(step.startedAt), end).padStart(6);
  return `  ${signs[step.status]} ${title} ${time}  ${step.detail ?? step.change ?? ''}`.trimEnd();
}

/** The whole operation as lines: a heading with the elapsed simulated time, then its steps. */
export function operationLines(heading: string, operation: OperationView, now: number): string[] {
  const end = operation.finishedAt ? Date.parse(operation.finishedAt) : now;
  const time = elapsed(Date.parse(operation.startedAt ?? operation.createdAt), end);
  return [
    `${heading}  ${time} simulated  ${operation.status}`,
    ...operation.steps.map((step) => stepLine(step, now)),
    ...(operation.failure ? [`  ${operation.failure.code}: ${operation.failure.message}`] : []),
  ];
}

/** Steps that have ended since `before`, for a terminal that cannot redraw. */
export function newlyEnded(before: readonly StepView[], after: readonly StepView[]): StepView[] {
  const ended = (step: StepView | undefined): boolean =>
    step?.status === 'done' || step?.status === 'failed' || step?.status === 'skipped';
  return after.filter((step, index) => ended(step) && !ended(before[index]));
}
