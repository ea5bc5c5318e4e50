import type { OperationView, StepView } from '../../launch/appClient';
import type { System } from '../../launch/system';
import { until } from '../../launch/until';
import { newlyEnded, operationLines, stepLine } from './progress';
import type { Screen } from './screen';

/** Longest real time that one operation may take. */
const limit = 90_000;

/** Shows an operation until it has ended. @throws if it did not succeed. */
export async function watch(
  system: System,
  screen: Screen,
  signal: AbortSignal,
  heading: string,
  id: string,
): Promise<OperationView> {
  let known: StepView[] = [];
  if (!screen.redraws) screen.print(heading);
  const ended = await until(
    async () => {
      const [operation, { now }] = await Promise.all([system.app.operation(id), system.admin.clock()]);
      screen.show(operationLines(heading, operation, now));
      if (!screen.redraws) {
        screen.print(...newlyEnded(known, operation.steps).map((step) => stepLine(step, now)));
      }
      known = operation.steps;
      return operation.finishedAt === undefined ? undefined : operation;
    },
    { what: heading, every: 120, limit, signal },
  );
  screen.keep();
  screen.print(...(screen.redraws ? [] : operationLines(heading, ended, 0).slice(0, 1)), '');
  if (ended.status !== 'succeeded') {
    const { code, message } = ended.failure ?? { code: ended.status, message: '' };
    throw new Error(`${heading} ended as ${ended.status}: ${code} ${message}`.trimEnd());
  }
  return ended;
}
