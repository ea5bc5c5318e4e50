import type { DiskFacts } from '../contract';
import type { Disk, WindowsState } from '../types';

/** Disks: the system's, and what is attached as data disks; a new one is raw. */

export const systemDisk: Disk = {
  number: 0,
  uniqueId: 'system',
  lun: 0,
  role: 'system',
  model: 'Msft Virtual Disk',
  gigabytes: 127,
  style: 'GPT',
  offline: false,
  readOnly: false,
  partitions: [
    { number: 1, kind: 'System', gigabytes: 0.1 },
    { number: 2, kind: 'Reserved', gigabytes: 0.02 },
    { number: 3, kind: 'Basic', letter: 'C', gigabytes: 126.5, fileSystem: 'NTFS', label: 'Windows' },
  ],
};

/** What is attached now is there, what is not has gone; a disk that was there before has kept what is on it. */
export function plugDisks(state: WindowsState, facts: DiskFacts[]): void {
  const before = state.disks ?? [systemDisk];
  const kept = before.filter(
    ({ role, uniqueId }) => role !== 'data' || facts.some(({ id }) => id.toLowerCase() === uniqueId),
  );
  for (const { id, lun, gigabytes } of facts) {
    const uniqueId = id.toLowerCase();
    if (kept.some((disk) => disk.uniqueId === uniqueId)) continue;
    kept.push({
      number: Math.max(...kept.map(({ number }) => number)) + 1,
      uniqueId,
      lun,
      role: 'data',
      model: 'Msft Virtual Disk',
      gigabytes,
      style: 'RAW',
      offline: false,
      readOnly: false,
      partitions: [],
    });
  }
  state.disks = kept;
}

/** C is the system's, D and E are the temporary disk's and the DVD drive's. */
export function freeLetter({ disks = [] }: WindowsState): string {
  const taken = new Set(disks.flatMap(({ partitions }) => partitions.map(({ letter }) => letter)));
  return ['F', 'G', 'H', 'I'].find((letter) => !taken.has(letter)) ?? 'J';
}
