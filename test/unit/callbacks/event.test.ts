import { callbackOf } from '../../../shared/callbacks/event';
import { callbackEvents } from '../../../shared/records/callbacks';
import type { OperationRecord } from '../../../shared/records/types';
import { addresses, spec } from '../shared/fixture';

const operation = (changes: Partial<OperationRecord> = {}): OperationRecord => ({
  id: 'op',
  kind: 'provision',
  network: 'nested-fun',
  host: 'hv-01',
  status: 'succeeded',
  caller: 'test',
  ticket: 'RITM-1',
  callback: { url: 'https://hooks.contoso.com/token', events: [...callbackEvents] },
  fingerprint: '',
  request: { kind: 'provision', spec, onFailure: 'undo' },
  createdAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T00:10:00.000Z',
  ...changes,
});
const facts = { installation: 'default' };

describe('events', () => {
  it('are CloudEvents that say what became of the operation', () => {
    const callback = callbackOf(operation(), { ...facts, addresses });
    expect(callback).toMatchObject({
      id: 'cb-op-completed',
      event: 'completed',
      status: 'waiting',
      round: 1,
    });
    expect(callback?.body).toEqual({
      specversion: '1.0',
      id: 'cb-op-completed',
      source: 'urn:nested-hosts:default',
      type: 'nested-hosts.operation.completed',
      subject: 'hosts/nested-fun/hv-01',
      time: '2026-01-01T00:10:00.000Z',
      datacontenttype: 'application/json',
      data: {
        operation: 'op',
        kind: 'provision',
        network: 'nested-fun',
        host: 'hv-01',
        status: 'succeeded',
        ticket: 'RITM-1',
        createdAt: '2026-01-01T00:00:00.000Z',
        finishedAt: '2026-01-01T00:10:00.000Z',
        addresses,
        href: '/api/v1/operations/op',
      },
    });
    expect(JSON.stringify(callback?.body)).not.toContain('token');
  });

  it.each([
    ['admitted', 'accepted'],
    ['running', undefined],
    ['succeeded', 'completed'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
  ] as const)('%s is the event %s', (status, event) =>
    expect(callbackOf(operation({ status }), facts)?.event).toBe(event),
  );

  it('are only those that were asked for', () => {
    const callback = { url: 'https://hooks.contoso.com', events: ['failed' as const] };
    expect(callbackOf(operation({ callback }), facts)).toBeUndefined();
    expect(callbackOf(operation({ callback, status: 'failed' }), facts)?.id).toBe('cb-op-failed');
    const { callback: _, ...silent } = operation();
    expect(callbackOf(silent, facts)).toBeUndefined();
  });
});
