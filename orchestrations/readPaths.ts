import type { Activities } from './activities';
import type { PathsInput } from './activities/paths';
import { reading } from './steps/reading';
import { now } from './steps/run';

/** Walks the paths of one host over Azure as it is now; changes nothing. */
export const readPaths = (activities: Activities) =>
  reading<PathsInput>(activities, 'paths', (run, input) => activities.walkPaths({ ...input, now: now(run) }));
