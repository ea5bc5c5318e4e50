import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(__dirname, '../../..');

export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Everything that the patterns find, joined. */
export function sources(...patterns: string[]): string {
  return globSync(patterns, { cwd: root })
    .map((path) => read(path))
    .join('\n');
}

/** Text from a heading to the next one of its level. */
export function section(text: string, heading: string): string {
  const level = /^#+/.exec(heading)?.[0] ?? '';
  const [, after = ''] = text.split(`\n${heading}\n`);
  return after.split(new RegExp(`\\n${level} `))[0] ?? '';
}

/** Cells of every row of the tables in a text, heads left out. */
export function rows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line, index, lines) => line.startsWith('|') && !/^\| -/.test(lines[index + 1] ?? '| -'))
    .filter((line) => !/^\| -/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** What a text has in code spans. */
export const quoted = (text: string): string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
