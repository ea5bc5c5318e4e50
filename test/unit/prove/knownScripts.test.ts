import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelled } from '../../../local/prove/scripts';

const file = join(__dirname, '../../../local/azure/guest/prove/prove-scripts.json');

/** After a change to a script: adapt the model, then `UPDATE_KNOWN_SCRIPTS=1 npx jest test/unit/prove/knownScripts`. */
describe('scripts of a prove run that the simulated Azure knows', () => {
  it('are exactly the current ones', () => {
    const current = Object.fromEntries(
      Object.entries(modelled).map(([name, text]) => [
        createHash('sha256').update(text, 'utf8').digest('hex'),
        name,
      ]),
    );
    if (process.env.UPDATE_KNOWN_SCRIPTS === '1') {
      writeFileSync(file, `${JSON.stringify(current, null, 2)}\n`);
    }
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(current);
  });

  it('keep what Windows PowerShell 5.1 and Run Command can take', () => {
    for (const [name, text] of Object.entries(modelled)) {
      expect([name, /[^\x20-\x7e\n]/.exec(text)?.[0]]).toEqual([name, undefined]);
    }
  });
});
