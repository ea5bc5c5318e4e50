import type { OperationView } from '../../../local/launch/appClient';
import { newlyEnded, operationLines, stepLine } from '../../../local/cli/demo/progress';
import { differences } from '../../../local/cli/demo/promise';
import { paint, Screen } from '../../../local/cli/demo/screen';
import { columns, leftoverLines, pathTable } from '../../../local/cli/demo/table';

const at = (seconds: number): string => new Date(seconds * 1000).toISOString();
const operation: OperationView = {
  id: 'o',
  kind: 'provision',
  network: 'n',
  status: 'running',
  createdAt: at(0),
  startedAt: at(1),
  steps: [
    { name: 'plan', status: 'done', startedAt: at(1), finishedAt: at(3), detail: '10.0.2.0/24' },
    { name: 'createSubnets', status: 'running', startedAt: at(3) },
    { name: 'verify', status: 'pending' },
  ],
};

describe('progress', () => {
  it('shows each step with its simulated time', () => {
    expect(operationLines('Provision hv-01', operation, 71_000)).toEqual([
      'Provision hv-01  1:10 simulated  running',
      '  ✔ plan                          0:02  10.0.2.0/24',
      '  ▸ create subnets                1:08',
      '  · verify',
    ]);
  });

  it('stops the time of an ended operation and says why it failed', () => {
    const failure = { class: 'fatal', code: 'GuestFailed', message: 'No switch.' };
    const ended = { ...operation, status: 'failed' as const, finishedAt: at(61), steps: [], failure };
    expect(operationLines('Provision hv-01', ended, 999_000)).toEqual([
      'Provision hv-01  1:00 simulated  failed',
      '  GuestFailed: No switch.',
    ]);
  });

  it('names what ended since the last look', () => {
    const after = operation.steps.map((step) => ({ ...step, status: 'done' as const }));
    expect(newlyEnded(operation.steps, after).map(({ name }) => name)).toEqual(['createSubnets', 'verify']);
    expect(newlyEnded([], operation.steps).map(({ name }) => name)).toEqual(['plan']);
    expect(newlyEnded(after, after)).toEqual([]);
  });

  it('shows a step that it has no title for', () => {
    expect(stepLine({ name: 'somethingNew', status: 'skipped' }, 0)).toBe('  – somethingNew');
  });
});

describe('screen', () => {
  const written = (isTTY: boolean, draw: (screen: Screen) => void): string => {
    let text = '';
    const write = (piece: string | Uint8Array): boolean => Boolean((text += String(piece)));
    draw(new Screen({ isTTY, columns: 10, write }, isTTY, false));
    return text;
  };

  it('redraws the block in place and prints above it', () => {
    const text = written(true, (screen) => {
      screen.show(['a', 'b']);
      screen.show(['c']);
      screen.print('stays');
    });
    expect(text).toBe('a\nb\n\u001b[2A\u001b[0Jc\n\u001b[1A\u001b[0Jstays\nc\n');
  });

  it('cuts lines that would wrap, and forgets a block that is to stay', () => {
    const text = written(true, (screen) => {
      screen.show(['0123456789']);
      screen.keep();
      screen.print('next');
    });
    expect(text).toBe('01234567…\nnext\n');
  });

  it('prints only lines that stay where nothing can be redrawn', () => {
    const text = written(false, (screen) => {
      screen.show(['a']);
      screen.print('b');
    });
    expect(text).toBe('b\n');
  });
});

describe('colours', () => {
  it.each([
    ['  ✔ plan  0:02', '  \u001b[32m✔\u001b[0m plan  0:02'],
    ['  ▸ plan  0:02', '  \u001b[33m▸ plan  0:02\u001b[0m'],
    ['  ✖ plan', '  \u001b[31m✖ plan\u001b[0m'],
    ['  · plan', '  \u001b[2m· plan\u001b[0m'],
    ['End state', '\u001b[1mEnd state\u001b[0m'],
    ['  NIC 1', '  NIC 1'],
    ['', ''],
  ])('%j', (line, painted) => expect(paint(line)).toBe(painted));
});

describe('tables', () => {
  it('are as wide as their widest cell', () => {
    expect(
      columns([
        ['a', 'bb'],
        ['ccc', 'd'],
      ]),
    ).toEqual(['  a    bb', '  ───  ──', '  ccc  d']);
    expect(columns([])).toEqual([]);
  });

  it('say why a path is broken', () => {
    const why = 'NIC 2: IP forwarding is off';
    const [, , line] = pathTable([{ from: 'a', to: 'b', ok: false, sourceSeen: '', by: ['c'], why }]);
    expect(line).toBe(`  a     b                broken: ${why}`);
  });

  it('say whom a packet passes', () => {
    const [, , line] = pathTable([{ from: 'a', to: 'b', ok: true, sourceSeen: '10.0.2.2', by: ['c', 'd'] }]);
    expect(line).toBe('  a     b   10.0.2.2     c, d');
  });

  it('list what is left', () => {
    const routeTables = [{ name: 't', routes: [{ prefix: '10.0.2.0/24', nextHop: null }], subnets: [] }];
    expect(leftoverLines({ routeTables, disks: [] })).toEqual([
      '  route tables        t (10.0.2.0/24 -> none; on none)',
      '  disks               none',
    ]);
  });
});

describe('differences from the promise', () => {
  it.each<[unknown, unknown, string[]]>([
    [{ a: [1, 2] }, { a: [1, 2] }, []],
    [{ a: [1, 2] }, { a: [1, 3] }, ['a.1: promised 2, found 3']],
    [{ a: { b: null } }, { a: { b: { c: 1 } } }, ['a.b: promised null, found {"c":1}']],
    [{ a: [] }, { a: ['x'] }, ['a: promised [], found ["x"]']],
    [{ a: [{ b: 1 }] }, { a: [{ b: 1 }, { b: 2 }] }, ['a.1: promised undefined, found {"b":2}']],
    [{ a: 1, b: 2 }, { b: 2 }, ['a: promised 1, found undefined']],
  ])('%j against %j', (expected, found, lines) => {
    expect(differences(expected, found)).toEqual(lines);
  });
});
