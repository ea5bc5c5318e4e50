import type { WindowsState } from '../../local/azure/guest';
import { guestPhases, parseResult } from '../../shared/guest';
import { Engine, findEngine, type Run } from './engine';
import { ScriptHost, stages } from './scriptHost';

const command = findEngine();
const suite = command ? describe : describe.skip;

const administrators = '(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)';
const somebody = 'S-1-5-21-1004336348-1177238915-682003330-1001';

/** Everybody may make folders where the scripts keep what they do by. */
suite('the folder of the scripts', () => {
  let engine: Engine;
  let fresh: WindowsState;
  let configured: WindowsState;
  beforeAll(async () => {
    engine = new Engine(command ?? []);
    ({ fresh, configured } = await stages(engine));
  });
  afterAll(() => engine.close());

  function host(state: WindowsState): ScriptHost {
    const one = new ScriptHost(engine);
    one.state = structuredClone(state);
    return one;
  }

  const said = ({ output }: Run) => parseResult(output);

  it('is closed to others when it is made, and looked at again', async () => {
    const run = await host(fresh).execute('features');
    expect(said(run)).toMatchObject({ ok: true });
    expect(said(run)?.changed).not.toContain('folder');
    expect(run.changes.slice(0, 3)).toEqual(['acl', 'acl', 'acl']);
    const again = await host(configured).execute('network');
    expect(again.changes).toEqual([]);
  });

  it.each([
    ['inherits from its parent', `O:SYG:SYD:AI${administrators}`],
    ['lets users write', `O:SYG:SYD:PAI${administrators}(A;OICI;0x1301bf;;;BU)`],
    ['lets users read', `O:SYG:SYD:PAI${administrators}(A;OICI;0x1200a9;;;BU)`],
    ['lets one account in', `O:BAG:SYD:PAI${administrators}(A;OICI;FA;;;${somebody})`],
    ['keeps nobody out', 'O:SYG:SYD:NO_ACCESS_CONTROL'],
    ['belongs to the first administrator', `O:LAG:SYD:PAI${administrators}`],
  ])('that %s is named by verify and set right by network, without an interruption', async (_, access) => {
    const one = host(configured);
    const seen = await one.run('verify', {}, { access });
    expect(seen.checks.filter(({ ok }) => !ok)).toMatchObject([
      {
        name: 'bootScript',
        detail: expect.stringMatching(/^others than SYSTEM and Administrators/) as string,
      },
    ]);
    const run = await one.execute('network', { mayInterrupt: false }, { access });
    expect(said(run)).toMatchObject({ ok: true, changed: ['folder'] });
    expect(run.changes).toEqual(['acl', 'acl', 'acl']);
  });

  it.each<[string, Record<string, unknown>]>([
    ['belongs to somebody else', { access: `O:${somebody}G:SYD:PAI${administrators}` }],
    ['belongs to users', { access: `O:BUG:SYD:PAI${administrators}` }],
    ['cannot be made out', { access: 'what is this' }],
    ['is a link to elsewhere', { folderIs: 'link' }],
    ['is a file', { folderIs: 'file' }],
    ['is filled as soon as it is made', { planted: true }],
    [
      'is open and has a folder in it',
      { access: `O:SYG:SYD:AI${administrators}(A;;FA;;;BU)`, folderHolds: 'x' },
    ],
  ])('that %s is no place to read or write: every phase refuses', async (_, trouble) => {
    for (const phase of guestPhases) {
      const one = host(fresh);
      const run = await one.execute(phase, {}, trouble);
      if ('folderHolds' in trouble && ['verify', 'inventory'].includes(phase)) {
        expect(run.changes).toEqual([]);
        continue;
      }
      expect(said(run)).toMatchObject({ ok: false, changed: [], error: { code: 'folderForeign' } });
      expect(said(run)?.error?.message).toContain('rename or remove it, and run this again');
      expect(run.changes.filter((each) => each !== 'acl')).toEqual([]);
      expect(Object.keys(one.state.files).filter((file) => file.includes('elsewhere'))).toEqual([]);
    }
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      'icacls cannot take it from the first administrator',
      { icaclsFails: '/setowner', access: `O:LAG:SYD:AI${administrators}` },
      /icacls \/setowner ended with 5/,
    ],
    [
      'icacls leaves a file in it open',
      { icaclsFails: '/reset', entryAccess: `O:SYG:SYD:AI${administrators}(A;;FA;;;BU)`, planted: true },
      /could not be closed to others/,
    ],
    ['icacls fails at the rights', { icaclsFails: '/inheritance:r' }, /icacls \/inheritance:r ended with 5/],
    ['icacls says that it is done and is not', { icaclsIdle: true }, /could not be closed to others/],
  ])('that stays open is told, and nothing else is done: %s', async (_, trouble, why) => {
    const access = `O:SYG:SYD:AI${administrators}(A;OICI;0x1301bf;;;BU)`;
    for (const [state, phase, wrong] of [
      [fresh, 'features', trouble],
      [configured, 'network', { access, ...trouble }],
    ] as const) {
      const run = await host(state).execute(phase, {}, wrong);
      expect(said(run)).toMatchObject({ ok: false, changed: [], error: { code: 'folderOpen' } });
      expect(said(run)?.error?.message).toMatch(why);
      expect(said(run)?.error?.message).toContain('Give it to SYSTEM and Administrators alone');
      expect(run.changes.filter((each) => each !== 'acl')).toEqual([]);
    }
  });

  it('that is closed as it should be is believed, whatever icacls ends with', async () => {
    const access = `O:BAG:SYD:AI${administrators}(A;OICI;0x1301bf;;;BU)`;
    for (const [state, phase, trouble] of [
      [fresh, 'features', { icaclsFails: '/setowner' }],
      [configured, 'network', { icaclsFails: '/reset', access }],
    ] as const) {
      const run = await host(state).execute(phase, {}, trouble);
      expect(said(run)).toMatchObject({ ok: true, facts: { warnings: ['icacls'] } });
    }
  });

  it('that refuses the startup task has it say so where somebody looks', async () => {
    for (const [trouble, code, text] of [
      [{ access: `O:${somebody}G:SYD:PAI${administrators}` }, 'folderForeign', 'belongs to neither'],
      [
        { access: `O:SYG:SYD:AI${administrators}(A;;FA;;;BU)`, icaclsIdle: true },
        'folderOpen',
        'could not be closed',
      ],
      [{ lockHeld: true }, 'busy', 'Another phase is running'],
    ] as const) {
      const one = host(configured);
      const before = one.state.events?.length ?? 0;
      one.model.start();
      const report = one.state.files['C:\\ProgramData\\nested-hosts\\boot.json'];
      const run = await one.startupTask(trouble);
      expect(run && said(run)?.error?.code).toBe(code);
      expect(one.state.events?.slice(before)).toEqual([
        {
          id: 3,
          level: 'Error',
          text: expect.stringMatching(
            new RegExp(`^The network of guests was not looked at: .*${text}`),
          ) as string,
        },
      ]);
      expect(one.state.files['C:\\ProgramData\\nested-hosts\\boot.json']).toBe(report);
    }
  });
});
