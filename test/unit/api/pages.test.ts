import fc from 'fast-check';
import { linkTo, newestOf, newestQuery } from '../../../shared/api/pages';

const item = fc.record({
  id: fc.stringMatching(/^[a-z0-9-]{1,12}$/),
  at: fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
});

it('pages of a list that is sorted as a whole hold each item once, newest first, behind tokens that are taken', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(item, { selector: ({ id }) => id, maxLength: 30 }),
      fc.integer({ min: 1, max: 9 }),
      (items, limit) => {
        const seen: typeof items = [];
        let query: Record<string, string> = { limit: String(limit) };
        for (;;) {
          const { page, next } = newestOf(items, ({ at }) => at.toISOString(), newestQuery.parse(query));
          expect(page.length).toBeLessThanOrEqual(limit);
          seen.push(...page);
          if (next === undefined) break;
          const { link = '' } = linkTo('/list', query, next);
          query = Object.fromEntries(new URLSearchParams(/\?(.*)>/.exec(link)?.[1]));
        }
        const sorted = [...items].sort((a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : -1));
        expect(seen).toEqual(sorted);
      },
    ),
  );
});
