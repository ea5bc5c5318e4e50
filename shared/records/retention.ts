/** Days for which durable history is kept, from the start of an instance. */
export const historyDays = 30;
/** Days for which the row of an operation that is over is kept: it outlives its history by as many days again. */
export const rowDays = 2 * historyDays;

const day = 86_400_000;

/** What ended before these instants may go; `now` in epoch milliseconds. */
export function retention(now: number): { history: Date; rows: Date } {
  return { history: new Date(now - historyDays * day), rows: new Date(now - rowDays * day) };
}

/** Only what is over: entities and operations at work have no end to count from. */
export const finishedStates = ['Completed', 'Failed', 'Terminated', 'Canceled'] as const;
