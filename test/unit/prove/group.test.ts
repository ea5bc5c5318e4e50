import { ArmFailure, type Arm, type ArmBody } from '../../../local/prove/arm';
import { deleteGroup, foreign, runTag } from '../../../local/prove/group';

const name = 'nested-hosts-prove-0a1b2c3d';
const tagged = (run: string): ArmBody => ({ tags: { [runTag]: run } });

describe('a resource group', () => {
  it.each([
    ['of this run', name, tagged('0a1b2c3d'), '0a1b2c3d', undefined],
    ['of a killed run', name, tagged('0a1b2c3d'), undefined, undefined],
    ['of another run', name, tagged('ffffffff'), '0a1b2c3d', /another run/],
    ['without tags', name, {}, '0a1b2c3d', /no tag/],
    ['whose tag was copied', 'production', tagged('0a1b2c3d'), undefined, /does not go with/],
  ])('%s', (_case, called, group, run, why) => {
    const found = foreign(called, group, run);
    if (why === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(why);
  });
});

/** A group that Azure refuses to delete so often. */
function azure(group: ArmBody | undefined, refusals: Error[] = []) {
  const deleted: string[] = [];
  let present = group;
  const arm = {
    id: (one: string) => `/groups/${one}`,
    get: () => Promise.resolve(present),
    delete: (id: string) => {
      const refusal = refusals.shift();
      if (refusal) return Promise.reject(refusal);
      deleted.push(id);
      present = undefined;
      return Promise.resolve();
    },
  } as unknown as Arm;
  return { arm, deleted };
}

describe('deleteGroup', () => {
  const pass = (): Promise<void> => Promise.resolve();

  it('deletes what is of the run and nothing else', async () => {
    const own = azure(tagged('0a1b2c3d'));
    expect(await deleteGroup(own.arm, name, pass, '0a1b2c3d')).toEqual({ state: 'gone' });
    expect(own.deleted).toEqual([`/groups/${name}`]);
    const other = azure(tagged('ffffffff'));
    expect(await deleteGroup(other.arm, name, pass, '0a1b2c3d')).toMatchObject({ state: 'foreign' });
    expect(other.deleted).toEqual([]);
  });

  it('asks again when Azure refuses for now, and says so when it refuses for good', async () => {
    const busy = () => new ArmFailure(409, 'ResourceGroupDeletionBlocked', 'blocked');
    const later = azure(tagged('0a1b2c3d'), [busy(), busy()]);
    expect(await deleteGroup(later.arm, name, pass)).toEqual({ state: 'gone' });
    const never = azure(tagged('0a1b2c3d'), Array.from({ length: 9 }, busy));
    expect(await deleteGroup(never.arm, name, pass)).toEqual({ state: 'left', why: 'blocked' });
    const denied = azure(tagged('0a1b2c3d'), [new ArmFailure(403, 'AuthorizationFailed', 'denied')]);
    expect(await deleteGroup(denied.arm, name, pass)).toEqual({ state: 'left', why: 'denied' });
  });

  it('finds it gone', async () => {
    expect(await deleteGroup(azure(undefined).arm, name, pass)).toEqual({ state: 'gone' });
  });
});
