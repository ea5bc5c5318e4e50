import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guestPhases, scriptOf } from '../../shared/guest';

const file = join(__dirname, '../../local/azure/guest/known-scripts.json');

/** After a change to a script: adapt the guest model, then `UPDATE_KNOWN_SCRIPTS=1 npx jest test/guest/knownScripts`. */
describe('scripts that the guest model knows', () => {
  it('are exactly the current ones', () => {
    const current = Object.fromEntries(
      guestPhases.map((phase) => [
        createHash('sha256').update(scriptOf(phase), 'utf8').digest('hex'),
        phase as string,
      ]),
    );
    if (process.env.UPDATE_KNOWN_SCRIPTS === '1') {
      writeFileSync(file, `${JSON.stringify(current, null, 2)}\n`);
    }
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(current);
  });
});
