import type { CallbackRecord } from '../../../shared/records/callbacks';

/** A callback that nobody has tried to send yet. */
export const waiting = (changes: Partial<CallbackRecord> = {}): CallbackRecord => ({
  id: 'cb-op-completed',
  operation: 'op',
  event: 'completed',
  network: 'nested-fun',
  host: 'hv-01',
  url: 'https://hooks.contoso.com/a',
  body: {
    specversion: '1.0',
    id: 'cb-op-completed',
    source: 'urn:nested-hosts:default',
    type: 'nested-hosts.operation.completed',
    subject: 'hosts/nested-fun/hv-01',
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    data: { operation: 'op' },
  },
  status: 'waiting',
  round: 1,
  attempts: 0,
  createdAt: '2026-01-01T00:00:00.000Z',
  ...changes,
});

/** Secrets as operators make them. */
export const secrets = ['A', 'B', 'C'].map(
  (letter) => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`,
);
