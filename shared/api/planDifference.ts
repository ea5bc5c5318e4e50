import { canonicalJson } from './canonical';
import type { FieldError } from './problems';
import { pointerTo } from './validate';
import type { PlanDocument } from '../azure/plan/types';

/** What of a plan counts; a plan that is not kept has it, too. */
type Compared = Pick<PlanDocument, 'addresses' | 'resources' | 'guest' | 'obstacles'>;

const most = 50;

/**
 * What has changed since a plan was made. Pointers lead into the earlier plan; `-` is something that it did not have.
 * Values that are gone or new as a whole are named once, not leaf by leaf.
 */
export function planDifference(before: Compared, after: Compared): FieldError[] {
  const found = [
    ...compare(['addresses'], before.addresses, after.addresses),
    ...compareLists(
      'resources',
      before.resources,
      after.resources,
      ({ step, id }) => `${step} ${id.toLowerCase()}`,
    ),
    ...compareLists('guest', before.guest, after.guest, ({ phase }) => phase),
    ...after.obstacles
      .filter(({ code }) => !before.obstacles.some((one) => one.code === code))
      .map(({ message }) => ({ pointer: '/obstacles/-', detail: message })),
  ];
  return found.length <= most
    ? found
    : [...found.slice(0, most), { pointer: '', detail: `${found.length - most} more differences.` }];
}

function compareLists<T extends object>(
  list: string,
  before: T[],
  after: T[],
  keyOf: (item: T) => string,
): FieldError[] {
  const gone = before.flatMap((item, index) => {
    const now = after.find((one) => keyOf(one) === keyOf(item));
    return compare([list, index], item, now);
  });
  const added = after.filter((item) => !before.some((one) => keyOf(one) === keyOf(item)));
  return [...gone, ...added.map((item) => ({ pointer: `/${list}/-`, detail: `New: ${shown(item)}` }))];
}

function compare(path: PropertyKey[], before: unknown, after: unknown): FieldError[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => compare([...path, key], before[key], after[key]));
  }
  return [{ pointer: pointerTo(path), detail: `Planned was ${shown(before)}, now it is ${shown(after)}.` }];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const longest = 300;

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}
