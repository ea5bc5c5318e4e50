import { z } from 'zod';
import { judgeTarget, type CallbackRules } from '../callbacks/target';
import { callbackEvents, type CallbackRecord, type CallbackWish } from '../records/callbacks';
import type { FieldError } from './problems';
import type { callback } from './shapes';

const url = z.string().max(2_000);
const event = z.enum(callbackEvents);
type Event = z.infer<typeof event>;
const endings: Event[] = ['completed', 'failed', 'cancelled'];

/** Where to tell how the operation goes. Without `events` its end is told. */
export const callbackWish = z.strictObject({
  url,
  events: z.array(event).min(1).max(callbackEvents.length).default(endings),
});

/** The same as query parameters, for calls without a body. */
export const callbackQuery = {
  callbackUrl: url.optional(),
  callbackEvents: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(event).min(1).max(callbackEvents.length))
    .optional(),
};

export function callbackFromQuery(query: {
  callbackUrl?: string | undefined;
  callbackEvents?: Event[] | undefined;
}): { callback?: CallbackWish } {
  const { callbackUrl, callbackEvents: events = endings } = query;
  return callbackUrl === undefined ? {} : { callback: { url: callbackUrl, events } };
}

/** Mistakes that only the app's own rules show. For `validate`, beside the schema. */
export const callbackFindings =
  (rules: CallbackRules) =>
  (value: unknown): FieldError[] => {
    const { callback, callbackUrl } = Object(value) as {
      callback?: { url?: unknown };
      callbackUrl?: unknown;
    };
    const text = callbackUrl ?? callback?.url;
    const verdict = typeof text === 'string' ? judgeTarget(text, rules) : undefined;
    if (typeof verdict !== 'string') return [];
    return [{ pointer: callbackUrl === undefined ? '/callback/url' : '/callbackUrl', detail: verdict }];
  };

export type CallbackView = z.output<typeof callback>;

export function callbackView({ url: target, body, round: _round, ...record }: CallbackRecord): CallbackView {
  return { ...record, type: body.type, receiver: new URL(target).host };
}

export const callbackPath = (id: string) => `/api/v1/callbacks/${id}`;
