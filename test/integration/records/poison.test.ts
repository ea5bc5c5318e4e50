import { admit } from '../../../shared/admission/admit';
import { operationId } from '../../../shared/api/operationId';
import { hostRequest } from '../../../shared/api/schemas';
import { rowMessage } from '../../../shared/batches/messages';
import { recordPoison, replayPoison } from '../../../shared/batches/poison';
import { tellPoisoned } from '../../../shared/batches/poisonCallback';
import { withRecords } from './azurite';
import { definitionOn, Door } from './door';

const records = withRecords();

const facts = { rules: { hosts: ['hooks.contoso.com'], privateHosts: [] }, installation: 'test' };
const callback = { url: 'https://hooks.contoso.com/a' };
let number = 0;
const message = (changes: object = {}) => ({
  ...{ schemaVersion: 1, kind: 'provision', requestId: `r-${++number}`, network: 'poisoned', name: 'HV-01' },
  callback,
  ...changes,
});
const first = '2026-11-22T12:00:00.000Z';
const giveUp = async (sent: unknown, at = first) =>
  tellPoisoned(records, await recordPoison(records, sent, at), facts);

describe('the sender of a message that was given up', () => {
  it('is told why, once, under the id that its operation would have had', async () => {
    const sent = message({ ticket: 'RITM-1', size: 7 });
    const id = operationId({ kind: 'queue', requestId: sent.requestId });
    expect(await giveUp(sent)).toMatchObject({ id: `cb-${id}-failed`, round: 1, url: callback.url });
    expect(await giveUp(sent, '2026-11-22T13:00:00.000Z')).toMatchObject({ id: `cb-${id}-failed` });
    const told = await records.callbacks.list({ operation: id });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ status: 'waiting', network: 'poisoned', host: 'hv-01' });
    expect(told[0]?.body.data).toEqual({
      operation: id,
      ...{ kind: 'provision', network: 'poisoned', host: 'hv-01', status: 'failed', ticket: 'RITM-1' },
      ...{ createdAt: first, finishedAt: first },
      failure: {
        class: 'fatal',
        code: 'Poisoned',
        message: expect.stringMatching(
          /^The message was given up \(poison [a-z2-7]{32}\)\. No attempt/,
        ) as string,
      },
    });
  });

  it.each([
    ['that wants no callback', { callback: undefined }],
    ['that does not want to hear of failures', { callback: { ...callback, events: ['completed'] } }],
    ['whose callback may not be called', { callback: { url: 'https://evil.example/' } }],
    ['whose callback cannot be read', { callback: { address: callback.url } }],
    ['of another version', { schemaVersion: 2 }],
    ['that asks for nothing known', { kind: 'explode' }],
    ['without an id', { requestId: undefined }],
  ])('%s is told nothing', async (_what, changes) => {
    const sent = message(changes);
    const id = operationId({ kind: 'queue', requestId: String(sent.requestId) });
    expect(await giveUp(sent)).toBeUndefined();
    expect(await records.callbacks.list({ operation: id })).toEqual([]);
  });

  it.each(['no JSON at all', null, 7])('%p is told nothing', async (sent) => {
    expect(await giveUp(sent)).toBeUndefined();
  });

  it('hears of an operation that was begun only what becomes of that', async () => {
    const door = new Door(records, definitionOn('poisoned'), 'poisoned');
    await admit(door.context, door.define('define-poisoned'));
    await door.networkReady();
    const sent = message();
    const id = operationId({ kind: 'queue', requestId: sent.requestId });
    await admit(door.context, door.provision(id, 'hv-01'));
    expect(await giveUp(sent)).toBeUndefined();
  });
});

it('the callback of a row that becomes poisoned is told, and of one that does not is not', async () => {
  const row = (place: number, status: 'queued' | 'succeeded') => ({
    ...{ batch: 'b-1', row: place, status, queuedAt: first },
    request: hostRequest.parse({ network: 'poisoned', name: `row-${place}`, callback }),
  });
  await records.batches.putRows([row(1, 'queued'), row(2, 'succeeded')]);
  const id = operationId({ kind: 'batch', batch: 'b-1', row: 1 });
  const given = () => giveUp(rowMessage({ batch: 'b-1', row: 1 }));
  expect(await given()).toMatchObject({
    id: `cb-${id}-failed`,
    body: { data: { host: 'row-1', failure: { code: 'Poisoned' } } },
  });
  expect(await given()).toMatchObject({ id: `cb-${id}-failed` });
  expect(await records.callbacks.list({ operation: id })).toHaveLength(1);
  expect(await giveUp(rowMessage({ batch: 'b-1', row: 2 }))).toBeUndefined();
});

describe('a message that is put back into the queue', () => {
  const later = '2026-11-22T14:00:00.000Z';
  const replay = { replayedAt: later, replayedBy: 'somebody' };

  it('may be given up again before that is over, and still tells who put it back', async () => {
    const sent = message({ size: 7 });
    const { id } = await recordPoison(records, sent, first);
    const texts: string[] = [];
    const send = async (text: string) => {
      texts.push(text);
      await recordPoison(records, sent, later);
    };
    expect(await replayPoison(records, id, replay, send)).toMatchObject({ times: 1, ...replay });
    expect(texts).toEqual([JSON.stringify(sent)]);
    const { record } = (await records.poison.get(id)) ?? {};
    expect(record).toMatchObject({ times: 2, lastAt: later, ...replay });
  });

  it('may be put back by several at once, and by nobody if there is none', async () => {
    const { id } = await recordPoison(records, message({ size: 7 }), first);
    const send = () => Promise.resolve();
    const all = await Promise.all([1, 2, 3].map(() => replayPoison(records, id, replay, send)));
    expect(all.map((one) => one?.replayedAt)).toEqual([later, later, later]);
    expect(await replayPoison(records, 'none', replay, send)).toBeUndefined();
  });
});
