import type { FaultSpec } from '../../local/azure/edge/faults';
import { gone, ready, type Case } from './cases';
import { at, faults } from './faults';
import { leftAlone } from './teardownCases';
import { question, removals, writes, type Step } from './steps';

type Effect = Pick<FaultSpec, 'effect' | 'times'>;

const status = (code: number, name: string): FaultSpec['effect'] => ({
  kind: 'status',
  status: code,
  code: name,
  message: 'As planted.',
});

/** What a question after an asynchronous operation may meet; all of it passes. */
export const pollFaults = {
  throttled: faults.throttled,
  throttledWithoutRetryAfter: faults.throttledWithoutRetryAfter,
  serverError: { times: 2, effect: status(500, 'InternalServerError') },
  lost: { times: 4, effect: { kind: 'drop', when: 'after' } },
  garbled: { times: 2, effect: { kind: 'garble' } },
  forgotten: { times: 100, effect: status(404, 'NotFound') },
} satisfies Record<string, Effect>;

export type PollFault = keyof typeof pollFaults;
export const pollFaultNames = Object.keys(pollFaults) as PollFault[];

const onPolls = (step: Step, fault: PollFault): FaultSpec => {
  const spec = at(step, pollFaults[fault]);
  return { ...spec, match: { ...spec.match, polls: true } };
};

const atOnce = 'Azure makes an interface at once';
const itself = 'a run command is looked at itself, which is among the late reads';

/** Steps that nobody asks after, and why. */
export const notPolled: Record<'provision' | 'teardown', Partial<Record<string, string>>> = {
  provision: { nic1: atOnce, nic2: atOnce, features: itself, network: itself, verification: itself },
  teardown: { inventory: 'a run command is looked at itself, as those of a provisioning are' },
};

/** Every poll of one operation meets a fault, the polls of each step another one. */
function everyPoll(kind: 'provision' | 'teardown', turn: number): Case {
  const fault = (index: number) => pollFaultNames[(index + turn) % pollFaultNames.length] ?? 'lost';
  const all: Record<string, Step> = kind === 'provision' ? { ...writes, question } : removals;
  const steps = Object.entries(all).filter(([name]) => notPolled[kind][name] === undefined);
  return {
    name: `every poll, turn ${turn + 1}`,
    kind,
    ownNetwork: 'publicIp',
    cells: steps.map(([name], index) => `${name} poll: ${fault(index)}`),
    faults: [
      ...steps.map(([, step], index) => onPolls(step, fault(index))),
      ...(kind === 'teardown' ? [leftAlone] : []),
    ],
    expected: kind === 'provision' ? ready : gone,
  };
}

/** In as many turns as there are faults, the polls of each step meet all of them. */
export const pollTurns: [provision: Case, teardown: Case][] = pollFaultNames.map((_, turn) => [
  everyPoll('provision', turn),
  everyPoll('teardown', turn),
]);
