import { randomUUID } from 'node:crypto';

/** The run that the schedule asks for at this instant: the same however often its trigger fires. */
export const scheduledRun = (network: string, occurrence: Date): string =>
  `reconcile-${network}-${occurrence.toISOString().replace(/[-:.]/g, '')}`;

/** A run that somebody asks for: never that of another request, whose wishes may differ, in the same millisecond. */
export const requestedRun = (network: string, asked: Date): string =>
  `${scheduledRun(network, asked)}-${randomUUID().slice(0, 8)}`;

/** Whether a text can be the id of a run. */
export const isRunId = (id: string): boolean =>
  /^reconcile-[a-z0-9-]{1,63}-\d{8}T\d{9}Z(-[0-9a-f]{8})?$/.test(id);
