import fc from 'fast-check';
import { needingInterruption } from '../../../shared/guest/interruption';
import { defects, faultsOf, harmless } from './defects';
import { TestHost } from './host';

describe.each(defects)('$name', ({ damage, named, refused, beyond }) => {
  const host = new TestHost().configured();
  damage(host.state);

  it(`is named by verify, item and all, under ${Object.keys(named).join(', ')} alone`, () => {
    const result = host.run('verify');
    expect(result).toMatchObject({ ok: false, error: { code: 'verifyFailed' } });
    expect(faultsOf(result)).toEqual(named);
  });

  const gentle = needingInterruption(Object.keys(named)).length === 0;

  if (refused === undefined && !beyond) {
    it(gentle ? 'is repaired without an interruption' : 'is left where nothing may be interrupted', () => {
      const before = structuredClone(host.state);
      const result = host.run('network', { mayInterrupt: false });
      expect(result.error?.code).toBe(gentle ? undefined : 'repairNeedsInterruption');
      if (!gentle) expect(host.state).toEqual(before);
      host.state = before;
    });
  }

  const what = beyond ? 'is beyond network' : 'is repaired by network';
  it(refused === undefined ? what : `is reported by network as ${refused}`, () => {
    const result = host.run('network');
    if (beyond) {
      expect(result).toMatchObject({ ok: true, changed: [] });
      expect(faultsOf(host.run('verify'))).toEqual(named);
    } else if (refused === undefined) {
      expect(result.error).toBeUndefined();
      expect(result.changed).not.toEqual([]);
      expect(host.run('verify')).toMatchObject({ ok: true });
      expect(host.run('network')).toMatchObject({ ok: true, changed: [] });
    } else {
      expect(result).toMatchObject({ ok: false, changed: [], error: { code: refused } });
    }
  });
});

it.each(harmless)('%s: no fault, and left as it is', (_, add) => {
  const host = new TestHost().configured();
  add(host.state);
  const before = structuredClone(host.state);
  expect(faultsOf(host.run('verify'))).toEqual({});
  expect(host.run('network')).toMatchObject({ ok: true, changed: [] });
  expect(host.state).toEqual(before);
});

describe('any mixture of what network may repair', () => {
  const repairable = defects.filter(({ refused, beyond }) => refused === undefined && !beyond);

  it('is repaired in one run, also after a restart in the middle', () => {
    fc.assert(
      fc.property(fc.subarray(repairable, { minLength: 2 }), fc.boolean(), (chosen, restarted) => {
        const host = new TestHost().configured();
        // A later defect may find nothing left to damage.
        for (const { damage } of chosen) {
          try {
            damage(host.state);
          } catch {
            continue;
          }
        }
        if (restarted) host.reboot();
        expect(host.run('network')).toMatchObject({ ok: true });
        expect(host.run('verify')).toMatchObject({ ok: true });
        expect(host.run('network')).toMatchObject({ ok: true, changed: [] });
      }),
    );
  });
});
