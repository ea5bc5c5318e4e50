import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppSystem } from './appSystem';
import { interruptible, unlessEnded } from './interrupts';

/** Marks a folder whose records speak of resources in a real Azure, so that nobody empties it. */
const marker = '.nested-hosts-azure';

/**
 * Starts the built app on the Azure that this machine's environment and credentials lead to, does the work and stops it. The
 * folder stays and is used again: its records are all that says what was promised to hosts that are really there.
 * @throws if the folder holds anything else; what the work threw; `Interrupted` after Ctrl-C
 */
export async function withAzure<T>(
  options: { folder: string; hostPort?: number },
  work: (system: AppSystem, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  mkdirSync(options.folder, { recursive: true });
  const names = readdirSync(options.folder);
  if (names.length > 0 && !existsSync(join(options.folder, marker))) {
    throw new Error(`${options.folder} is not empty and holds no records of a real Azure.`);
  }
  writeFileSync(join(options.folder, marker), '');
  return await interruptible(async (signal) => {
    const system = await AppSystem.start({ ...options, settings: {} });
    try {
      signal.throwIfAborted();
      return await unlessEnded(work(system, signal), signal, system.broken());
    } finally {
      await system.stop();
    }
  });
}
