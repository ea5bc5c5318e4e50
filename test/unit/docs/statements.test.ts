import { globSync } from 'node:fs';
import { statements } from '../../../local/prove/statements';
import { read, root, rows, section } from './files';

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

/** Sentences that say of Azure or Windows that something was not seen to be so. */
const unproven =
  /\b(?:not|never|nobody|no real Azure|none of (?:it|this))(?: \w+){0,3} (?:confirmed|proven|proved|tried)\b|\b(?:never|not|nobody has)(?: been)? seen (?:it )?(?:here|yet|on)\b|\b(?:it|that|which|itself) bets\b|\bunproven\b|\bunconfirmed\b|`Unverified`/i;
/** What leads to a list, where a sentence is about more than one statement. */
const toLists =
  /\(#not-proven\)|#what-no-real-azure-has-confirmed-yet\)|\.md#not-proven\)|\(docs\/proving\.md\)/;

describe('wording in the docs that something was not seen on a real Azure', () => {
  const known = lists.flatMap(([file, heading]) => rows(section(read(file), heading)).map(([id = '']) => id));
  /** Paragraphs, single entries of lists and single rows of tables, but for the lists themselves. */
  const passages = (file: string): string[] =>
    lists
      .reduce(
        (text, [of, heading]) => (of === file ? text.replace(section(text, heading), '') : text),
        read(file),
      )
      .split(/\n(?=\n|- |\* |\d+\. |\| )/)
      .map((passage) => passage.replace(/\s+/g, ' ').trim())
      .filter((passage) => !passage.startsWith('#'));

  it.each([
    'has not been confirmed on real Azure',
    'None of it has been tried on a real Azure.',
    'nobody has seen it here',
    'not tried on a real Azure',
    'It bets that Azure changes the flag',
    'which no real Azure has confirmed here',
    'never tried here',
  ])('is known: %s', (sentence) => expect(sentence).toMatch(unproven));

  // What a run of its own bets on needs no statement: a run that comes to its end has shown it.
  const ofTheRun = 'What the run itself bets on';

  it.each(globSync(['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/**/*.md'], { cwd: root }))(
    '%s: goes with the id of a statement, or leads to the lists',
    (file) => {
      const bare = passages(file)
        .filter((passage) => unproven.test(passage) && !toLists.test(passage))
        .filter((passage) => !passage.startsWith(ofTheRun))
        .filter((passage) => !known.some((id) => new RegExp(`\\b${id}\\b`).test(passage)));
      expect(bare).toEqual([]);
    },
  );
});
