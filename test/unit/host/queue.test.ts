import fc from 'fast-check';
import {
  decodeMessage,
  encodeMessage,
  nextPollDelay,
  onAttempt,
  onReceived,
} from '../../../local/host/queue/message';
import { outputMessages } from '../../../local/host/queue/output';

describe('queue message text', () => {
  it.each([
    ['base64 of JSON', 'eyJhIjoxfQ==', '{"a":1}'],
    ['plain JSON', '{"a":1}', '{"a":1}'],
    ['plain text', 'hello world', 'hello world'],
    ['base64 of bytes that are no UTF-8', '/////w==', '/////w=='],
    ['nothing', '', ''],
  ])('takes %s', (_, text, expected) => expect(decodeMessage(text, 'base64')).toBe(expected));

  it('leaves base64 alone when the encoding is none', () => {
    expect(decodeMessage('eyJhIjoxfQ==', 'none')).toBe('eyJhIjoxfQ==');
  });

  it.each(['base64', 'none'] as const)('comes out as it went in (%s)', (encoding) => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodeMessage(encodeMessage(text, encoding), encoding)).toBe(text);
      }),
    );
  });
});

describe('what becomes of a message', () => {
  it.each([
    ['succeeded', 1, 'delete'],
    ['succeeded', 5, 'delete'],
    ['failed', 1, 'retry'],
    ['failed', 4, 'retry'],
    ['failed', 5, 'poison'],
    ['lost', 5, 'release'],
  ] as const)('%s at delivery %d: %s', (attempt, dequeueCount, expected) => {
    expect(onAttempt(attempt, dequeueCount, 5)).toBe(expected);
  });

  it('is not run any more after processes died under it too often', () => {
    expect(onReceived(5, 5)).toBe('run');
    expect(onReceived(6, 5)).toBe('poison');
  });
});

it('polls an empty queue less and less often, up to the limit', () => {
  const delays = [1, 2, 3, 4, 5].reduce<number[]>((all) => [...all, nextPollDelay(all.at(-1), 300)], []);
  expect(delays).toEqual([50, 100, 200, 300, 300]);
});

describe('queue output', () => {
  it.each([
    ['text', { string: 'a' }, ['a']],
    ['an object', { json: '{"a":1}' }, ['{"a":1}']],
    ['an array', { json: '["a",{"b":1}]' }, ['a', '{"b":1}']],
    ['bytes', { bytes: Buffer.from('a') }, ['a']],
    ['a number', { int: 3 }, ['3']],
    ['nothing', undefined, []],
  ])('%s', (_, value, expected) => expect(outputMessages(value)).toEqual(expected));
});
