/** Ctrl-C or a request of the system to end. */
export class Interrupted extends Error {}

const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Does work whose signal fires at the first Ctrl-C; the second one ends the process at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const interrupt = (name: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort(new Interrupted(name));
  };
  for (const name of signals) process.on(name, interrupt);
  try {
    return await work(stop.signal);
  } finally {
    for (const name of signals) process.off(name, interrupt);
  }
}

/**
 * What the work gives, unless something that ends it comes first.
 * @throws what the work threw, the signal's reason, or an error with the text of the end that came
 */
export async function unlessEnded<T>(
  work: Promise<T>,
  signal: AbortSignal,
  ...ends: Promise<string>[]
): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  const broken = Promise.race(ends).then((report): never => {
    throw new Error(report);
  });
  return await Promise.race([work, aborted, broken]);
}
