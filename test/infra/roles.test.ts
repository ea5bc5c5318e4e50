import { readFileSync } from 'node:fs';

describe('roles', () => {
  it('are told in the docs, with the reason for every action', () => {
    const text = readFileSync('docs/deployment.md', 'utf8');
    const roles = JSON.parse(readFileSync('infra/roles.json', 'utf8')) as Record<
      string,
      { name: string; actions: Record<string, string> }
    >;
    const rows = Object.values(roles).flatMap(({ actions }) =>
      Object.entries(actions).map(([action, why]) => `\`${action.replace('Microsoft.', '')}\` | ${why}`),
    );
    const squeezed = text.replace(/ +/g, ' ');
    expect(rows.filter((row) => !squeezed.includes(row))).toEqual([]);
  });
});
