import fc from 'fast-check';
import { createRecords } from '../../../shared/records/createRecords';
import type { DocumentRecord } from '../../../shared/records/documents';
import { withStorage } from './azurite';

const storage = withStorage();

const document = (id: string, body: unknown, more: Partial<DocumentRecord> = {}): DocumentRecord => ({
  id,
  kind: 'plan',
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-02T00:00:00.000Z',
  body,
  ...more,
});

describe('documents', () => {
  it('gives back a body of half a megabyte that is all quotes, whole', async () => {
    const { documents } = createRecords(storage);
    const long = document('plan-long', { text: '"\\'.repeat(125_000), more: ['é\u2028'] });
    await documents.put(long);
    expect(await documents.get('plan-long')).toEqual(long);
  });

  it('gives back any JSON', async () => {
    const { documents } = createRecords(storage);
    await fc.assert(
      fc.asyncProperty(fc.json({ depthSize: 'small' }), async (text) => {
        const written = document('plan-any', JSON.parse(text));
        await documents.put(written);
        expect(await documents.get('plan-any')).toEqual(written);
      }),
      { numRuns: 30 },
    );
  });

  it('shows a reader one of two writings, never a mixture', async () => {
    const { documents } = createRecords(storage);
    const versions = ['a', 'b'].map((letter) => document('plan-twice', letter.repeat(400_000)));
    await documents.put(versions[0]!);
    const reads = Array.from({ length: 8 }, () => documents.get('plan-twice'));
    await documents.put(versions[1]!);
    for (const read of await Promise.all(reads)) expect(versions).toContainEqual(read);
    expect(await documents.get('plan-twice')).toEqual(versions[1]);
  });

  it('keeps why there is no body', async () => {
    const { documents } = createRecords(storage);
    const { body: _, ...without } = document('plan-failed', 0);
    const told = { ...without, failure: { class: 'denied', code: 'AuthorizationFailed', message: 'No.' } };
    await documents.put(told);
    expect(await documents.get('plan-failed')).toEqual(told);
    expect(await documents.get('plan-nobody')).toBeUndefined();
  });

  it('finds the latest of a kind under a key', async () => {
    const { documents } = createRecords(storage);
    const at = (id: string, hour: string, more: Partial<DocumentRecord> = {}) =>
      document(id, id, { key: 'hash', createdAt: `2026-01-01T${hour}:00:00.000Z`, ...more });
    await documents.put(at('plan-1', '01'));
    await documents.put(at('plan-3', '03'));
    await documents.put(at('plan-2', '02'));
    await documents.put(at('paths-4', '04', { kind: 'paths' }));
    expect((await documents.find('plan', 'hash'))?.body).toBe('plan-3');
    expect(await documents.find('plan', 'other')).toBeUndefined();
  });

  it('forgets what has expired, and nothing else', async () => {
    const { documents } = createRecords(storage);
    await documents.put(document('plan-old', 'old', { expiresAt: '2025-12-01T00:00:00.000Z' }));
    await documents.put(document('plan-young', 'young'));
    await documents.prune('2025-12-02T00:00:00.000Z');
    await documents.prune('2025-12-02T00:00:00.000Z');
    expect(await documents.get('plan-old')).toBeUndefined();
    expect((await documents.get('plan-young'))?.body).toBe('young');
  });
});
