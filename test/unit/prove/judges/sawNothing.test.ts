import { statements } from '../../../../local/prove/statements';
import { judge } from './judge';

describe('a statement', () => {
  it.each(statements.map(({ id }) => id))('%s is not reached by a run that saw nothing', (id) => {
    expect(judge(id, {})?.verdict).toBe('not reached');
  });
});
