import { z } from 'zod';
import { hostName, networkName } from './schemas';

export const mostPerPage = 1_000;

/** Where a page starts: opaque to callers, checked like everything that they send. */
const token = (place: RegExp) =>
  z
    .string()
    .max(300)
    .transform((text) => Buffer.from(text, 'base64url').toString('utf8'))
    .refine(
      (text) => place.test(text),
      'This is no token of a page. Follow the links that the answers give.',
    );

const limit = z.coerce.number().int().min(1).max(mostPerPage).default(mostPerPage);

export const hostsQuery = z.strictObject({
  network: networkName.optional(),
  limit,
  after: token(/^[a-z0-9-]{1,63}\/[a-z0-9-]{1,15}$/).optional(),
});

export const operationsQuery = z.strictObject({
  status: z.enum(['admitted', 'running', 'succeeded', 'failed', 'cancelled']).optional(),
  network: networkName.optional(),
  host: hostName.optional(),
  ticket: z.string().trim().min(1).max(200).optional(),
  limit: limit.default(100),
  after: token(/^\d{13}-[a-z0-9-]{1,80}$/).optional(),
});

export const callbacksQuery = z.strictObject({
  status: z.enum(['waiting', 'delivered', 'undelivered']).optional(),
  operation: z.string().max(100).optional(),
  network: networkName.optional(),
  limit: limit.default(100),
  after: token(/^cb-[a-z0-9-]{1,100}$/).optional(),
});

export const networksQuery = z.strictObject({
  limit: limit.default(100),
  after: token(/^[a-z0-9-]{1,63}$/).optional(),
});

/** Reports may be long. */
export const reconciliationsQuery = z.strictObject({
  network: networkName.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: token(/^\d{13}-[a-z0-9-]{1,90}$/i).optional(),
});

/** Of lists that are short enough to be sorted as a whole: instant and id. */
export const newestQuery = z.strictObject({
  limit: limit.default(100),
  after: token(/^[\dTZ:.-]{20,30} [a-z0-9-]{1,100}$/).optional(),
});

/** The newest items after a place, and the place where the following page starts. */
export function newestOf<T extends { id: string }>(
  items: readonly T[],
  at: (item: T) => string,
  { limit: most, after }: { limit: number; after?: string | undefined },
): { page: T[]; next?: string } {
  const places = items
    .map((item) => ({ item, place: `${at(item)} ${item.id}` }))
    .sort((a, b) => (a.place < b.place ? 1 : -1));
  const rest = after === undefined ? places : places.filter(({ place }) => place < after);
  const page = rest.slice(0, most);
  const last = rest.length > most ? page.at(-1) : undefined;
  return { page: page.map(({ item }) => item), ...(last ? { next: last.place } : {}) };
}

/** The header that leads to the next page, after RFC 8288; nothing if there is none. */
export function linkTo(
  path: string,
  query: Record<string, string>,
  next: string | undefined,
): Record<string, string> {
  if (next === undefined) return {};
  const after = Buffer.from(next, 'utf8').toString('base64url');
  return { link: `<${path}?${new URLSearchParams({ ...query, after }).toString()}>; rel="next"` };
}
