import { admit, resume } from '../../../shared/admission/admit';
import { RecordConflict } from '../../../shared/records/store';
import { waiting } from '../../unit/callbacks/fixture';
import { withRecords } from './azurite';
import { definitionOn, Door, dyingAt } from './door';

const records = withRecords();

let number = 0;
async function ready(): Promise<Door> {
  const name = `told-${++number}`;
  const door = new Door(records, definitionOn(name), name);
  await admit(door.context, door.define(`define-${name}`));
  await door.networkReady();
  return door;
}
const callback = { url: 'https://hooks.contoso.com/a', events: ['accepted', 'completed'] };

describe('rows of callbacks', () => {
  it('are written under their ETag', async () => {
    const { callbacks } = records;
    await callbacks.insert(waiting());
    await expect(callbacks.insert(waiting())).rejects.toThrow(RecordConflict);
    const row = await callbacks.get('cb-op-completed');
    await callbacks.replace(waiting({ attempts: 1 }), row?.etag ?? '');
    await expect(callbacks.replace(waiting({ attempts: 2 }), row?.etag ?? '')).rejects.toThrow(
      RecordConflict,
    );
    expect((await callbacks.get('cb-op-completed'))?.record.attempts).toBe(1);
  });

  it('are listed page by page, each once, whatever they are filtered by', async () => {
    const { callbacks } = records;
    const ids = Array.from({ length: 7 }, (_, index) => `cb-page-${index}`);
    for (const [index, id] of ids.entries()) {
      const status = index % 2 ? 'delivered' : 'undelivered';
      await callbacks.insert(waiting({ id, network: 'paged', status }));
    }
    const all = async (filter: Parameters<typeof callbacks.page>[0]) => {
      const sizes: number[] = [];
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await callbacks.page(filter, 2, after);
        sizes.push(page.callbacks.length);
        seen.push(...page.callbacks.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      expect(Math.max(...sizes)).toBe(2);
      return seen;
    };
    expect(await all({ network: 'paged' })).toEqual(ids);
    expect(await all({ network: 'paged', status: 'undelivered' })).toEqual(
      ids.filter((_, index) => index % 2 === 0),
    );
  });
});

it('callbacks are removed when they are old, and not before', async () => {
  const { callbacks } = records;
  const old = ['cb-old-1', 'cb-old-2'];
  for (const id of old) await callbacks.insert(waiting({ id, createdAt: '2025-01-01T00:00:00.000Z' }));
  await callbacks.insert(waiting({ id: 'cb-young', createdAt: '2025-06-01T00:00:00.000Z' }));
  expect(await callbacks.prune('2025-06-01T00:00:00.000Z', 1)).toBe(1);
  expect(await callbacks.prune('2025-06-01T00:00:00.000Z', 100)).toBe(1);
  expect(await Promise.all(old.map((id) => callbacks.get(id)))).toEqual([undefined, undefined]);
  expect(await callbacks.get('cb-young')).toBeDefined();
});

describe('admission', () => {
  it('owes the caller one word of it, wherever it is broken off', async () => {
    let crashes = 0;
    for (let write = 1; write <= 7; write++) {
      for (const when of ['before', 'after'] as const) {
        const door = await ready();
        const order = door.provision(`${door.network}-op`, 'hv-01', { callback });
        const mortal = new Door(dyingAt(records, write, when), door.definition, door.network);
        const broken = await admit(mortal.context, order).then(
          () => false,
          () => true,
        );
        if (!broken) continue;
        crashes++;
        for (const { id } of await records.operations.list({ status: 'admitted', network: door.network })) {
          await resume(door.context, id);
        }
        await admit(door.context, order);
        const rows = await records.callbacks.list({ network: door.network });
        expect(rows.map(({ id, status }) => [id, status])).toEqual([[`cb-${order.id}-accepted`, 'waiting']]);
      }
    }
    expect(crashes).toBeGreaterThan(8);
  });

  it('that has nothing to do owes one word, however often it is asked for', async () => {
    const door = await ready();
    await admit(door.context, door.provision(`${door.network}-first`, 'hv-01'));
    await door.hostReady('hv-01');
    const order = door.provision(`${door.network}-again`, 'hv-01', { callback });
    for (let time = 0; time < 3; time++) {
      expect(await admit(door.context, order)).toEqual({ kind: 'unchanged' });
    }
    const rows = await records.callbacks.list({ network: door.network });
    expect(rows).toMatchObject([{ id: `cb-${order.id}-completed`, body: { data: { unchanged: true } } }]);
    expect(new Set(door.deliveries)).toEqual(new Set([`cb-${order.id}-completed`]));
  });

  it('that is refused tells nobody but the one who asked', async () => {
    const door = await ready();
    await admit(door.context, door.provision(`${door.network}-first`, 'hv-01'));
    const other = door.provision(`${door.network}-other`, 'hv-01', { callback, size: 'Standard_D8s_v5' });
    await expect(admit(door.context, other)).rejects.toThrow();
    expect(await records.callbacks.list({ network: door.network })).toEqual([]);
  });
});
