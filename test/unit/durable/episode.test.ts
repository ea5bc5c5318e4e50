import type { Action } from '../../../local/durable/engine/actions';
import {
  activity,
  all,
  any,
  brief,
  completed,
  done,
  failed,
  fired,
  play,
  raised,
  recorded,
  resumed,
  suspended,
  terminated,
  threw,
  timer,
  wait,
  waiting,
} from './play';

const signal: Action = { actionType: 9, instanceId: '@e@k', operation: 'add', input: 1 };
const call: Action = { actionType: 7, instanceId: '@e@k', operation: 'get' };

describe('numbers', () => {
  it.each<[string, Action[], string[]]>([
    ['one action', [activity('a')], ['0 activity a']],
    ['an action behind a pending one is not reached', [activity('a'), activity('b')], ['0 activity a']],
    [
      'compounds depth first',
      [all(activity('a'), any(timer(), activity('b')), activity('c'))],
      ['0 activity a', '1 timer', '2 activity b', '3 activity c'],
    ],
    ['signals do not block', [signal, signal, activity('a')], ['0 send @e@k', '1 send @e@k', '2 activity a']],
    ['events take none', [any(wait('x'), activity('a'))], ['0 activity a']],
    ['a call blocks', [call, activity('a')], ['0 send @e@k']],
  ])('%s', (_name, actions, expected) => {
    expect(brief(play(waiting(...actions)))).toEqual(expected);
  });

  it('decides nothing twice', () => {
    const actions = [all(activity('a'), timer()), activity('b')];
    const first = play(waiting(...actions));
    const second = play(waiting(...actions), ...recorded(first), completed(0), fired(1));
    expect(brief(second)).toEqual(['2 activity b']);
  });
});

describe('compounds', () => {
  const first = play(waiting(all(activity('a'), activity('b'))));
  it('all waits for the last one, even after a failure', () => {
    const outcome = waiting(all(activity('a'), activity('b')), activity('c'));
    expect(brief(play(outcome, ...recorded(first), failed(0)))).toEqual([]);
    expect(brief(play(outcome, ...recorded(first), failed(0), completed(1)))).toEqual(['2 activity c']);
  });
  it('any goes on with the first one, even a failed one', () => {
    const outcome = waiting(any(activity('a'), activity('b')), activity('c'));
    expect(brief(play(outcome, ...recorded(first), failed(1)))).toEqual(['2 activity c']);
  });
});

describe('events', () => {
  it.each([
    ['before the wait', [raised('x'), completed(0)]],
    ['after the wait', [completed(0), raised('x')]],
  ])('%s', (_name, events) => {
    const outcome = waiting(activity('a'), wait('x'), activity('b'));
    expect(brief(play(outcome, ...recorded(play(outcome)), ...events))).toEqual(['1 activity b']);
  });

  it('serves the latest wait of a name, since an older one may be abandoned', () => {
    const outcome = waiting(any(wait('x'), timer()), any(wait('x'), timer()), activity('b'));
    const first = recorded(play(outcome));
    const second = recorded(play(outcome, ...first, fired(0)));
    expect(brief(play(outcome, ...first, fired(0), ...second, raised('x')))).toEqual(['2 activity b']);
  });
});

describe('completion', () => {
  it('waits for what was started and never awaited', () => {
    const outcome = done(any(activity('a'), activity('b')));
    const first = recorded(play(waiting(any(activity('a'), activity('b')))));
    expect(play(outcome, ...first, completed(0)).completion).toBeUndefined();
    expect(play(outcome, ...first, completed(0), completed(1)).completion).toEqual({
      id: 2,
      status: 'Completed',
      result: '"out"',
    });
  });

  it('does not wait for cancelled timers, nor for events', () => {
    const first = recorded(play(waiting(any(wait('x'), timer()))));
    const result = play(
      done(any(wait('x'), timer(true)), any(wait('y'), activity('a'))),
      ...first,
      raised('x'),
    );
    expect(result.cancelledTimers).toEqual([0]);
    expect(result.completion).toBeUndefined();
    const end = play(done(any(wait('x'), wait('y'), timer(true))), ...first, raised('x'));
    expect(end.completion?.status).toBe('Completed');
  });

  it('reports an error with the orchestrator named', () => {
    expect(play(threw(signal)).completion).toMatchObject({
      status: 'Failed',
      result: "Orchestrator function 'orchestrator' failed: oops",
    });
  });

  it('carries events that come after continueAsNew, and drops unread ones', () => {
    const outcome = done(activity('a'), { actionType: 4, input: { n: 1 } });
    const first = recorded(play(waiting(activity('a'))));
    const result = play(outcome, ...first, raised('early'), completed(0), raised('late'));
    expect(result.completion).toMatchObject({ status: 'ContinuedAsNew', result: '{"n":1}' });
    expect(result.carried).toMatchObject([{ Name: 'late' }]);
  });

  it('fails an execution whose custom status is too long', () => {
    const result = play({ ...waiting(wait('x')), customStatus: 'x'.repeat(9000) });
    expect(result.completion?.status).toBe('Failed');
  });
});

describe('management', () => {
  it('terminates whatever is open', () => {
    const first = recorded(play(waiting(activity('a'))));
    const result = play(waiting(activity('a')), ...first, terminated, completed(0));
    expect(result).toMatchObject({ decisions: [], completion: { status: 'Terminated', result: 'stop' } });
  });

  it('terminates even if the orchestrator is broken', () => {
    const result = play({ kind: 'broken', message: 'no' }, terminated);
    expect(result.completion).toMatchObject({ status: 'Terminated', result: 'stop' });
  });

  it('holds everything back while suspended', () => {
    const outcome = waiting(activity('a'), activity('b'));
    const first = recorded(play(outcome));
    const during = play(outcome, ...first, suspended, completed(0));
    expect(during).toMatchObject({ suspended: true, decisions: [], completion: undefined });
    expect(brief(play(outcome, ...first, suspended, completed(0), resumed))).toEqual(['1 activity b']);
    expect(brief(play(outcome, ...first, completed(0), suspended))).toEqual([]);
    expect(play(done(signal), suspended).completion).toBeUndefined();
  });
});

describe('non-determinism', () => {
  const first = recorded(play(waiting(activity('a'))));
  it.each<[string, Action[]]>([
    ['nothing', []],
    ['another name', [activity('b')]],
    ['another kind', [timer()]],
    ['a message', [signal]],
  ])('is found when replay schedules %s', (_name, actions) => {
    const { completion, decisions } = play(waiting(...actions), ...first);
    expect(completion?.status).toBe('Failed');
    expect(completion?.result).toContain("scheduled an activity task named 'a' with sequence ID 0");
    expect(decisions).toEqual([]);
  });
});

describe('retries', () => {
  const retry: Action = {
    actionType: 1,
    functionName: 'a',
    retryOptions: { firstRetryIntervalInMilliseconds: 1000, maxNumberOfAttempts: 2, backoffCoefficient: 3 },
  };
  const outcome = waiting(retry, activity('b'));
  const numbered = play(waiting(activity('a'), timer(), activity('a'), timer(), activity('b')));

  it('schedules attempt, timer, attempt, a timer due at once, and goes on', () => {
    const history = recorded(play(outcome));
    const events = [failed(0), fired(1), failed(2), fired(3)];
    const seen = [brief(play(outcome))];
    for (const event of events) {
      history.push(event);
      const result = play(outcome, ...history);
      seen.push(brief(result));
      history.push(...recorded(result));
    }
    expect(seen).toEqual([['0 activity a'], ['1 timer'], ['2 activity a'], ['3 timer'], ['4 activity b']]);
    expect(numbered.decisions).toHaveLength(1);
  });

  it('stops after a success', () => {
    expect(brief(play(outcome, ...recorded(play(outcome)), completed(0)))).toEqual(['1 activity b']);
  });
});
