import type { Activities } from './activities';
import type { PreviewInput } from './activities/preview';
import { reading } from './steps/reading';
import { now } from './steps/run';

/** Plans a host that is not ordered yet, over Azure as it is now; changes nothing. */
export const readPlan = (activities: Activities) =>
  reading<PreviewInput>(activities, 'plan', (run, input) =>
    activities.previewHost({ ...input, now: now(run) }),
  );
