import { statements } from '../../../local/prove/statements';
import { read, rows, section } from './files';

/** Every list of what no real Azure has confirmed: its document, its heading, the letter of its ids. */
const lists = [
  ['README.md', '## What no real Azure has confirmed yet', 'A'],
  ['docs/deployment.md', '## Not proven', 'D'],
  ['docs/guest.md', '## Not proven', 'G'],
] as const;

describe('statements that no real Azure has confirmed', () => {
  it.each(lists)('%s gives each of its rows an id of its own', (file, heading, letter) => {
    const ids = rows(section(read(file), heading)).map(([id = '']) => id);
    expect(ids.length).toBeGreaterThan(4);
    expect(ids.filter((id) => !new RegExp(`^${letter}[1-9]\\d*$`).test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are those that a prove run judges, in the same words', () => {
    const documented = lists.flatMap(([file, heading]) =>
      rows(section(read(file), heading)).map(([id = '', statement = '']) => `${id}: ${statement}`),
    );
    expect(statements.map(({ id, text }) => `${id}: ${text}`).sort()).toEqual(documented.sort());
  });
});
