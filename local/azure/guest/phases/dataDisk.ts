import { PhaseFailure, claim, readMemory } from '../session';
import type { Session } from '../session';
import type { Disk, Partition, WindowsState } from '../types';
import { freeLetter, systemDisk } from '../windows/disks';

/** The data disk for guests: prepared once, never formatted twice. */

const label = 'Guests';

/** Disks at the LUN of the plan that are raw or were made here. */
function candidates({ state, plan }: Session): Disk[] {
  const { made } = readMemory(state);
  const disks = state.disks ?? [systemDisk];
  return disks.filter(
    (disk) =>
      disk.role !== 'system' &&
      disk.lun === plan.dataDisk?.lun &&
      (disk.style === 'RAW' ||
        made.includes(`disk:${disk.uniqueId}`) ||
        (!disk.offline && only(disk)?.label === label)),
  );
}

const basics = ({ partitions }: Disk): Partition[] => partitions.filter(({ kind }) => kind === 'Basic');

/** The one partition for data, if it has a letter. */
function only(disk: Disk): Partition | undefined {
  const [first, ...others] = basics(disk);
  return others.length === 0 && first?.letter !== undefined ? first : undefined;
}

const isPut = ({ hyperVPaths }: WindowsState, letter: string): boolean =>
  hyperVPaths?.disks.startsWith(`${letter}:\\`) === true && hyperVPaths.machines.startsWith(`${letter}:\\`);

export function ensureDataDisk(session: Session): void {
  const { state, plan, changed, findings } = session;
  if (!plan.dataDisk) return;
  const [disk, ...others] = candidates(session);
  if (!disk || others.length > 0) {
    const count = disk ? others.length + 1 : 0;
    const message = `${count} disks at LUN ${plan.dataDisk.lun} are raw or were made here; disks with anything on them are left as they are.`;
    findings.push(new PhaseFailure('dataDiskNotFound', message));
    return;
  }
  if (disk.offline || disk.readOnly) {
    Object.assign(disk, { offline: false, readOnly: false });
    changed.push('disk:online');
  }
  if (disk.style === 'RAW') {
    claim(state, `disk:${disk.uniqueId}`);
    Object.assign(disk, { style: 'GPT', partitions: [{ number: 1, kind: 'Reserved', gigabytes: 0.02 }] });
    changed.push('disk:initialized');
  }
  if (basics(disk).length === 0) {
    const { gigabytes, partitions } = disk;
    partitions.push({ number: partitions.length + 1, kind: 'Basic', letter: freeLetter(state), gigabytes });
    changed.push('disk:partition');
  }
  const partition = only(disk);
  if (partition?.letter === undefined) {
    const message = `Disk ${disk.number} has ${basics(disk).length} partitions and should have one, with a letter; it is left as it is.`;
    findings.push(new PhaseFailure('dataDiskUnreadable', message));
    return;
  }
  if (partition.fileSystem === undefined) {
    if (readMemory(state).made.includes(`volume:${disk.uniqueId}`)) {
      const message = `The volume of disk ${disk.number} cannot be read; it is left as it is.`;
      findings.push(new PhaseFailure('dataDiskUnreadable', message));
      return;
    }
    Object.assign(partition, { fileSystem: 'NTFS', label });
    changed.push('disk:volume');
  }
  claim(state, `volume:${disk.uniqueId}`);
  if (isPut(state, partition.letter)) return;
  const machines = `${partition.letter}:\\Hyper-V`;
  state.hyperVPaths = { disks: `${machines}\\Virtual Hard Disks`, machines };
  changed.push('disk:paths');
}

/** What verify says of it. */
export function diskFaults(session: Session): string[] {
  const { state, plan, facts } = session;
  if (!plan.dataDisk) return [];
  const [disk, ...others] = candidates(session);
  if (!disk || others.length > 0) {
    return [`${disk ? others.length + 1 : 0} disks at LUN ${plan.dataDisk.lun} are raw or were made here`];
  }
  if (disk.offline || disk.readOnly) return [`disk ${disk.number} is offline or read-only`];
  const partition = only(disk);
  if (partition?.letter === undefined || partition.fileSystem === undefined) {
    return [`disk ${disk.number} has no volume that can be read`];
  }
  facts.dataDisk = partition.letter;
  return isPut(state, partition.letter) ? [] : [`Hyper-V does not put new guests on ${partition.letter}:`];
}
