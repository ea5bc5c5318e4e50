import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interruptible, unlessEnded } from './interrupts';
import { System, type SystemOptions } from './system';

export { Interrupted } from './interrupts';

export type SessionOptions = Omit<SystemOptions, 'folder'> & {
  /**
   * Data folder to keep; absent: a temporary one that goes with the session. What an earlier session left in it
   * goes first: its records speak of a simulated Azure that is no more.
   */
  folder?: string;
};

/**
 * Starts the system, does the work and takes everything down again, whichever way the work ends:
 * no process, port or temporary file remains.
 * @throws what the work threw; `Interrupted` after Ctrl-C; an error if a part of the system ended by itself.
 */
export async function withSystem<T>(
  options: SessionOptions,
  work: (system: System, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'nested-hosts-'));
  if (options.folder !== undefined) clear(options.folder);
  const removeFolder = (): void => {
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  // The last resort: also when the process ends without coming back here.
  process.once('exit', removeFolder);
  try {
    return await interruptible(async (signal) => {
      const system = await System.start({ ...options, folder });
      try {
        signal.throwIfAborted();
        return await unlessEnded(work(system, signal), signal, system.broken());
      } finally {
        await system.stop();
      }
    });
  } finally {
    process.off('exit', removeFolder);
    removeFolder();
  }
}

const marker = '.nested-hosts-data';

/** @throws if the folder holds anything but the data of an earlier session. */
function clear(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(folder);
  if (names.length > 0 && !existsSync(join(folder, marker))) {
    throw new Error(`${folder} is not empty and not a data folder of ours.`);
  }
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
  writeFileSync(join(folder, marker), '');
}
