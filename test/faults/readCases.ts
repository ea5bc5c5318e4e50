import { belongings, leftover, ready, rowAt, undone, type Case, type Expected } from './cases';
import { at, faults, type Target } from './faults';
import { pollFaultNames, pollFaults } from './pollCases';
import { question, writes, type Step } from './steps';

const reads = <Name extends string>(all: Record<Name, Step>): Record<Name, Step> => all;

const since = ({ method, path }: Target, readPath: string): Target => ({
  method: 'GET',
  path: readPath,
  since: { method, path },
});
const result = (phase: 'features' | 'network' | 'verification'): Step =>
  since(writes[phase], writes[phase].path);
const readBack = (path: string): Step => ({ ...since(writes.association, path), network: 'first' });

/** What is read while Windows is set up, and when all that was written is read back. */
export const lateReads = reads({
  resultOfFeatures: result('features'),
  resultOfNetwork: result('network'),
  resultOfVerification: result('verification'),
  agent: since(writes.restart, '/virtualMachines/{h}/instanceView$'),
  virtualNetwork: readBack('/virtualNetworks/{n}$'),
  routeTable: readBack('/routeTables/Routes-{n}$'),
  nic1: readBack('/networkInterfaces/{h}-nat$'),
  nic2: readBack('/networkInterfaces/{h}-lan$'),
  routesInForce: question,
});

export type LateRead = keyof typeof lateReads;
export const lateReadNames = Object.keys(lateReads) as LateRead[];

/** A resource that is read is there: that it is not is another matter than a poll that is forgotten. */
export const readFaultNames = pollFaultNames.filter((fault) => fault !== 'forgotten');

/** The undo reads as well, and what it cannot look at stays. */
const unread: Partial<Record<LateRead, string[]>> = {
  virtualNetwork: [belongings[0] ?? '', belongings[5] ?? ''],
  routeTable: belongings.slice(0, 1),
  nic1: [],
  nic2: [],
};

/** Where Azure may not be asked for the routes in force, that is only told. */
function deniedAt(read: LateRead): Expected {
  if (read === 'routesInForce') return ready;
  const stays = unread[read];
  return stays ? leftover('AuthorizationFailed', stays) : undone('AuthorizationFailed');
}

/** Every late read is denied. */
export const readCases: Case[] = lateReadNames.map((read) => ({
  ...rowAt(`read of ${read}`, 'denied', lateReads[read]),
  kind: 'provision',
  faults: [at(lateReads[read], faults.denied)],
  expected: deniedAt(read),
}));

/** Every late read of one provisioning meets a fault that passes, each another one; in all turns each meets all of them. */
export const readTurns: Case[] = readFaultNames.map((_, turn) => {
  const fault = (index: number) => readFaultNames[(index + turn) % readFaultNames.length] ?? 'lost';
  return {
    name: `every late read, turn ${turn + 1}`,
    kind: 'provision',
    ownNetwork: 'first',
    cells: lateReadNames.map((read, index) => `read of ${read}: ${fault(index)}`),
    faults: lateReadNames.map((read, index) => at(lateReads[read], pollFaults[fault(index)])),
    expected: ready,
  };
});
