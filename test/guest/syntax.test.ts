import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import type { Node } from 'web-tree-sitter';
import { guestPhases, scriptOf } from '../../shared/guest';
import { plain, windows } from './commands';
import type { Allowed } from './commands';

const folder = join(__dirname, '../../shared/guest');
const files = readdirSync(folder).filter((name) => name.endsWith('.ps1'));
const parser = (async () => {
  await Parser.init();
  const grammar = await Language.load(
    readFileSync(require.resolve('tree-sitter-powershell/tree-sitter-powershell.wasm')),
  );
  return new Parser().setLanguage(grammar);
})();

async function parsed(text: string): Promise<Node> {
  const tree = (await parser).parse(text);
  if (!tree) throw new Error('nothing was parsed');
  return tree.rootNode;
}

const parts = new Map<string, Node>();
const owned = new Set<string>();
beforeAll(async () => {
  for (const file of files) {
    const root = await parsed(readFileSync(join(folder, file), 'utf8'));
    parts.set(file, root);
    for (const name of root.descendantsOfType('function_name')) owned.add(name?.text ?? '');
  }
});

const of = (node: Node, ...types: string[]): Node[] =>
  node.descendantsOfType(types).filter((found) => found !== null);

/** Line and text of what the grammar could not read. */
function unread(root: Node): string[] {
  const wrong = (node: Node): Node[] => [
    ...(node.isError || node.isMissing ? [node] : []),
    ...node.children.flatMap((child) => (child ? wrong(child) : [])),
  ];
  return wrong(root).map(({ startPosition, text }) => `${startPosition.row + 1}: ${text.slice(0, 60)}`);
}

/** What is called: a name, or what the call operator `&` is given. */
function calls(root: Node): { name: string; text: string; parameters: string[] }[] {
  return of(root, 'command').map((command) => ({
    name: command.childForFieldName('command_name')?.text ?? '',
    text: command.text,
    parameters: of(command, 'command_parameter')
      .filter(
        (parameter) => parameter.parent?.parent?.id === command.id || parameter.parent?.id === command.id,
      )
      .map(({ text }) => text.replace(/:$/, '')),
  }));
}

/** What is wrong with the calls of one text; `allowed` beside the scripts' own functions. */
function misuses(root: Node, allowed: ReadonlyMap<string, Allowed>): string[] {
  return calls(root).flatMap(({ name, text, parameters }) => {
    // A block of the scripts' own, handed over as a parameter.
    if (name.startsWith('$'))
      return /^& \$(script:)?\w+(\s|$)/.test(text) ? [] : [`${text}: called by a variable`];
    const rule = allowed.get(name);
    if (!rule) return owned.has(name) ? [] : [`${name}: not in the list`];
    return [
      ...parameters.filter((one) => !rule.may.includes(one)).map((one) => `${name} ${one}: not in the list`),
      ...(rule.must ?? []).filter((one) => !parameters.includes(one)).map((one) => `${name}: lacks ${one}`),
    ];
  });
}

const everything = new Map([...plain, ...windows]);

describe.each(files)('%s', (file) => {
  const root = (): Node => parts.get(file) ?? ({} as Node);

  it('is read by the grammar without an error', () => {
    expect(unread(root())).toEqual([]);
  });

  it('chains no pipelines, which PowerShell 5.1 does not know', () => {
    expect(of(root(), 'pipeline_chain_tail').map(({ text }) => text)).toEqual([]);
  });

  it('calls what is in the list, with parameters of the list, and Windows in the adapter layer alone', () => {
    expect(misuses(root(), file.startsWith('adapters') ? everything : plain)).toEqual([]);
  });

  it('tells nobody to confirm', () => {
    for (const { text } of calls(root())) {
      if (text.includes('-Confirm')) expect(text).toMatch(/-Confirm:\$false\b/);
    }
  });
});

it.each(guestPhases)('the whole script of %s is read without an error', async (phase) => {
  expect(unread(await parsed(scriptOf(phase)))).toEqual([]);
});

describe('the check itself', () => {
  it.each([
    ['Restart-Computer -Force', 'Restart-Computer: not in the list'],
    ['New-NetNat -Name x -InternalIPInterfaceAddressPrefix 10.0.2.0/24', 'New-NetNat: not in the list'],
    ['Invoke-Expression $text', 'Invoke-Expression: not in the list'],
    [
      'Remove-NetRoute -DestinationPrefix $p -NextHop $g -InterfaceIndex 1 -PolicyStore ActiveStore -ErrorAction Stop',
      'Remove-NetRoute: lacks -Confirm',
    ],
    [
      'Install-RemoteAccess -VpnType Vpn -Force -ErrorAction Stop',
      'Install-RemoteAccess -Force: not in the list',
    ],
    ['if ($true) { shutdown.exe /r }', 'shutdown.exe: not in the list'],
    ['$x = @(iex $y | ForEach-Object { gci })', 'iex: not in the list'],
    ['& $y[0] -Name x', '& $y[0] -Name x: called by a variable'],
  ])('finds what is wrong with %s', async (text, wrong) => {
    expect(misuses(await parsed(`${text}\n`), everything)).toContain(wrong);
  });

  it.each(['$a = $b ? 1 : 2', '$a = $b ?? 1', 'function f { if ($x {', '$a ??= 1', '$a?.b'])(
    'does not read %s',
    async (text) => {
      expect(unread(await parsed(`${text}\n`))).not.toEqual([]);
    },
  );

  it('sees chains, which the grammar reads', async () => {
    expect(of(await parsed('Get-VM && Get-Disk\n'), 'pipeline_chain_tail')).toHaveLength(1);
  });
});

it('everything in the list is used', () => {
  const used = new Set([...parts.values()].flatMap((root) => calls(root).map(({ name }) => name)));
  expect([...everything.keys()].filter((name) => !used.has(name))).toEqual([]);
});
