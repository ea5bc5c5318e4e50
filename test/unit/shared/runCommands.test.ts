import type { VirtualMachineRunCommand } from '@azure/arm-compute';
import { encodeParameters } from '../../../shared/guest';
import { isOverdue, defaultTimeouts } from '../../../shared/guest/timeouts';
import { guestFacts } from '../../../shared/azure/resources/runCommand';
import { buildParameters } from '../../../shared/guest';
import { judgeRunCommand, spentRunCommands } from '../../../shared/azure/runCommands';
import { layout, network } from './fixture';

const maker = 'abcdefghijkl2345';
const mine = 'zzzzzzzzzzzz2345';
const id = `${layout.virtualMachine.id}/runCommands/verify-${maker.slice(0, 12)}-1`;

const parameters = (operation: string, host = layout.host) =>
  encodeParameters(
    buildParameters({
      ...guestFacts(
        layout,
        { phase: 'verify', attempt: 1, operation },
        { nic1: '00-0D-3A-00-00-01', nic2: '00-0D-3A-00-00-02' },
        network([]),
      ),
      host,
    }),
  );
const command = (
  executionState: string | undefined,
  value = parameters(maker),
): VirtualMachineRunCommand => ({
  location: 'westeurope',
  parameters: [{ name: 'Parameters', value }],
  ...(executionState === undefined ? {} : { instanceView: { executionState } }),
});

describe('run commands that make room', () => {
  const old = (count: number) =>
    Array.from({ length: count }, (_, index) => `verify-abcdefghijkl-${index + 1}`);

  it('are none while there is room', () => expect(spentRunCommands(old(19), mine)).toEqual([]));

  it('are those of other operations, never what somebody else named', () => {
    const names = ['theirs', 'verify-zzzzzzzzzzzz-1', 'verify-backup', ...old(17)];
    expect(spentRunCommands(names, mine)).toEqual(old(17));
  });
});

describe('a run command on a VM that is released', () => {
  const judge = (one: VirtualMachineRunCommand, operation = mine) =>
    judgeRunCommand({ layout, operation, released: true }, id, one);

  it.each([mine, maker])('goes, whichever operation it was of', (operation) => {
    expect(judge(command('Succeeded'), operation)).toMatchObject({
      verdict: 'delete',
      warrant: { purpose: 'teardown', proof: [expect.anything(), expect.anything(), 'the VM is released'] },
    });
  });

  it('stays while it runs, and where it is not ours', () => {
    expect(judge(command('Running')).verdict).toBe('keep');
    expect(judge(command('Succeeded', parameters(maker, 'hv-99'))).verdict).toBe('keep');
    expect(judge(command('Succeeded', 'bm90aGluZw==')).verdict).toBe('keep');
  });
});

describe('a run command is deleted', () => {
  const judge = (one: VirtualMachineRunCommand | undefined, which = id, operation = mine) =>
    judgeRunCommand({ layout, operation }, which, one).verdict;

  it.each(['Succeeded', 'Failed', 'TimedOut', 'Canceled'])('once its script is %s', (state) => {
    expect(judgeRunCommand({ layout, operation: mine }, id, command(state))).toMatchObject({
      verdict: 'delete',
      warrant: { resourceId: id, purpose: 'housekeeping' },
    });
  });

  it.each<[string, VirtualMachineRunCommand | undefined, string, string, string]>([
    ['that is gone', undefined, id, mine, 'gone'],
    ['whose script runs', command('Running'), id, mine, 'keep'],
    ['of which nothing is known', command(undefined), id, mine, 'keep'],
    ['of this very operation', command('Succeeded'), id, maker, 'keep'],
    ['for another host', command('Succeeded', parameters(maker, 'hv-02')), id, mine, 'keep'],
    ['of another operation than its name says', command('Succeeded', parameters('other')), id, mine, 'keep'],
    ['without parameters of ours', command('Succeeded', 'e30='), id, mine, 'keep'],
    ['with another name', command('Succeeded'), id.replace('verify-', 'backup-'), mine, 'keep'],
  ])('but not one %s', (_, one, which, operation, verdict) => {
    expect(judge(one, which, operation)).toBe(verdict);
  });
});

it.each([
  ['features', 3_900, false],
  ['features', 3_901, true],
  ['network', 2_101, true],
  ['verify', 1_200, false],
  ['inventory', 1_201, true],
] as const)('%s after %i seconds: lost %s', (phase, elapsed, lost) => {
  expect(isOverdue(phase, elapsed, defaultTimeouts)).toBe(lost);
});
