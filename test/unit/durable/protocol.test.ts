import { readFailure, readState } from '../../../local/durable/engine/actions';
import {
  entityId,
  entityInput,
  entityParts,
  failBatch,
  readBatch,
} from '../../../local/durable/engine/entity';
import type { EntityRequest } from '../../../local/durable/engine/entity';
import { activityInput } from '../../../local/durable/engine/input';

describe('orchestrator results', () => {
  const state = { isDone: false, actions: [[]], schemaVersion: 2 };

  it.each<[string, unknown]>([
    ['nothing', null],
    ['text', 'done'],
    ['an unsupported action', { ...state, actions: [[{ actionType: 8, httpRequest: {} }]] }],
    [
      'an action without its fields',
      { ...state, actions: [[{ actionType: 5, fireAt: 'soon', isCanceled: false }]] },
    ],
    ['the old form, one list per yield', { ...state, actions: [[], []] }],
  ])('%s is not understood', (_name, value) => {
    expect(readState(value)).toMatchObject({ kind: 'broken' });
  });

  it('reads nested actions', () => {
    const compoundActions = [
      { actionType: 11, compoundActions: [{ actionType: 6, externalEventName: 'x' }] },
    ];
    expect(readState({ ...state, actions: [[{ actionType: 12, compoundActions }]] })).toMatchObject({
      actions: [{ actionType: 12, compoundActions }],
    });
  });

  it.each([
    ['alone', ''],
    ['followed by a stack', '\nStack: Error\n    at x'],
  ])('reads the state behind the label, %s', (_name, tail) => {
    const message = `false\n\n$OutOfProcData$:${JSON.stringify({ ...state, error: 'a\nb' })}${tail}`;
    expect(readFailure(message)).toMatchObject({ kind: 'state', error: 'a\nb' });
  });

  it('takes a failure without state as it is', () => {
    expect(readFailure('TypeError: x')).toEqual({ kind: 'broken', message: 'TypeError: x' });
    expect(readFailure('$OutOfProcData$:{')).toMatchObject({ kind: 'broken' });
  });
});

it.each([
  ['["text"]', 'text'],
  ['["\\"quoted by the library\\""]', '"quoted by the library"'],
  ['[{"a":1}]', '{"a":1}'],
  ['[7]', '7'],
  ['[null]', 'null'],
])('activity input %s arrives as %s', (recorded, input) => {
  expect(activityInput(recorded)).toBe(input);
});

describe('entities', () => {
  const call: EntityRequest = {
    op: 'get',
    signal: false,
    id: 'r',
    parent: 'i',
    parentExecution: 'e',
    input: '1',
  };
  const signal: EntityRequest = { op: 'add', signal: true, id: 's' };
  const before = { exists: true, state: '1' };

  it('keeps @ in keys', () => {
    expect(entityId('Name', 'a@b')).toBe('@name@a@b');
    expect(entityParts('@name@a@b')).toEqual({ name: 'name', key: 'a@b' });
  });

  it('hands over operations in order', () => {
    expect(JSON.parse(entityInput('@n@k', before, [signal, call]))).toEqual({
      self: { name: 'n', key: 'k' },
      exists: true,
      state: '1',
      batch: [
        { name: 'add', input: null, isSignal: true },
        { name: 'get', input: '1', isSignal: false },
      ],
    });
  });

  it('answers calls only, by position', () => {
    const results = [
      { isError: false, duration: 0, startTime: 0 },
      { isError: true, duration: 0, startTime: 0, result: '{}' },
    ];
    const value = { results, signals: [], entityExists: false };
    expect(readBatch(value, before, [signal, call], String)).toEqual({
      exists: false,
      state: null,
      answers: [
        {
          instanceId: 'i',
          executionId: 'e',
          requestId: 'r',
          input: '{"result":"{}","exceptionType":"Error"}',
        },
      ],
      signals: [],
    });
  });

  it('fails the batch and keeps the state when the function fails', () => {
    const failed = failBatch('gone', before, [signal, call]);
    expect(failed).toMatchObject({ ...before, answers: [{ requestId: 'r' }] });
    expect(readBatch('nonsense', before, [call], String)).toMatchObject({ ...before, answers: [{}] });
  });
});
