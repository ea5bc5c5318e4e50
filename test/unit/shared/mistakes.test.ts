import { failed, withMistakes } from '../../../shared/azure/outcome';

const differs = failed('invalid', 'DefinitionDiffers', '');
const mistakes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    pointer: `/routedSubnets/${index}`,
    detail: 'x'.repeat(150),
  }));

it('keeps each mistake with its place, and all of them as one text', () => {
  const two = [
    { pointer: '/location', detail: 'Elsewhere.' },
    { pointer: '/routeTable', detail: 'Taken.' },
  ];
  expect(withMistakes(differs, two)).toEqual({
    ...differs,
    message: '/location: Elsewhere. /routeTable: Taken.',
    errors: two,
  });
});

it('counts those that a failure has no room for', () => {
  const { errors = [], ...failure } = withMistakes(differs, mistakes(100));
  expect(errors.slice(0, -1)).toEqual(mistakes(errors.length - 1));
  expect(errors.at(-1)).toEqual({ pointer: '', detail: expect.stringMatching(/^\d+ more/) as string });
  expect(Number.parseInt(errors.at(-1)?.detail ?? '', 10)).toBe(100 - (errors.length - 1));
  expect(JSON.stringify({ ...failure, errors }).length).toBeLessThan(4_400);
});
