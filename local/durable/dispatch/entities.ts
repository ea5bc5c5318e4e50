import { randomUUID } from 'node:crypto';
import { entityInput, entityParts, failBatch, readBatch } from '../engine/entity';
import type { EntityRequest } from '../engine/entity';
import { EventType, stamp } from '../engine/history';
import type { Store } from '../store/store';
import { postEvent } from './instances';
import type { WorkItem } from './item';

/** Operations an entity function gets at once. */
const maxBatch = 50;

/** The next batch of operations of an entity, in arrival order. */
export function nextBatch(store: Store, id: string, now: () => number): WorkItem {
  const messages = store.work.mailbox(id, maxBatch);
  const batch = messages.map(({ body }) => JSON.parse(body) as EntityRequest);
  const before = store.entities.get(id);
  return {
    kind: 'entity',
    functionName: entityParts(id).name,
    input: entityInput(id, before, batch),
    metadata: {},
    finish: (outcome) => {
      const result = outcome.ok
        ? readBatch(outcome.value, before, batch, () => randomUUID())
        : failBatch(outcome.message, before, batch);
      store.work.removeMessages(messages);
      store.entities.put(id, result, now());
      for (const { target, request } of result.signals) store.work.post(target, request);
      for (const answer of result.answers) {
        const event = {
          EventType: EventType.EventRaised,
          ...stamp(now()),
          Name: answer.requestId,
          Input: answer.input,
        };
        postEvent(store, answer.instanceId, event, answer.executionId);
      }
      return outcome.ok ? undefined : `Entity '${id}' failed: ${outcome.message}`;
    },
  };
}
