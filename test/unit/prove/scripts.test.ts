import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Language, Parser, type Node } from 'web-tree-sitter';
import { call } from '../../../local/launch/http';
import { freePort } from '../../../local/launch/ports';
import { until } from '../../../local/launch/until';
import { guestSeed, modelled, probeData, probeScript } from '../../../local/prove/scripts';
import report from '../../../local/prove/scripts/report.py';
import { findEngine } from '../../guest/engine';

const folder = mkdtempSync(join(tmpdir(), 'prove-scripts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const { probe: _, ...onWindows } = modelled;

describe('scripts for Windows', () => {
  it.each(Object.entries(onWindows))(
    '%s is read by the grammar of PowerShell without an error',
    async (_name, text) => {
      await Parser.init();
      const wasm = readFileSync(require.resolve('tree-sitter-powershell/tree-sitter-powershell.wasm'));
      const root = new Parser().setLanguage(await Language.load(wasm)).parse(text)?.rootNode;
      const wrong = (node: Node): string[] => [
        ...(node.isError || node.isMissing
          ? [`${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`]
          : []),
        ...node.children.flatMap((child) => (child ? wrong(child) : [])),
      ];
      expect(root && wrong(root)).toEqual([]);
    },
  );

  const engine = findEngine();
  (engine ? it : it.skip)('a raw image gets the footer of a fixed VHD', () => {
    const size = 3 * 2 ** 30;
    const functions = /function Write-Number[\s\S]*?\n}\n[\s\S]*?\nfunction Get-Footer[\s\S]*?\n}\n/.exec(
      onWindows.guest,
    );
    const path = file(
      'footer.ps1',
      `Set-StrictMode -Version 2\n${functions?.[0]}\n$footer = Get-Footer ${size}\n` +
        '[Console]::WriteLine([Convert]::ToBase64String($footer))\n',
    );
    const [command = '', ...args] = engine ?? [];
    const { stdout } = spawnSync(command, [...args, path], { encoding: 'utf8' });
    const footer = Buffer.from(stdout.trim(), 'base64');
    expect(footer.length).toBe(512);
    expect(footer.toString('latin1', 0, 8)).toBe('conectix');
    expect([footer.readUInt32BE(8), footer.readUInt32BE(12)]).toEqual([2, 0x10000]);
    expect(footer.readBigInt64BE(16)).toBe(-1n);
    expect([footer.readBigInt64BE(40), footer.readBigInt64BE(48)]).toEqual([BigInt(size), BigInt(size)]);
    expect([footer.readUInt16BE(56), footer[58], footer[59]]).toEqual([6241, 16, 63]);
    expect(footer.readUInt32BE(60)).toBe(2);
    const sum = footer.reduce((total, byte, index) => total + (index >= 64 && index < 68 ? 0 : byte), 0);
    expect(footer.readUInt32BE(64)).toBe(0xffffffff - sum);
  });
});

describe('instructions for cloud-init', () => {
  it.each([
    ['the probe', probeData()],
    ['the guest', guestSeed('prove-guest', '10.0.3.4').find(({ name }) => name === 'user-data')?.text ?? ''],
  ])('of %s put a program in place and start it', (_who, text) => {
    expect(text.split('\n')[0]).toBe('#cloud-config');
    const { write_files, runcmd } = JSON.parse(text.slice(text.indexOf('{'))) as {
      write_files: { path: string; content: string }[];
      runcmd: string[][];
    };
    const [program, unit] = write_files;
    expect(unit?.content).toContain(`ExecStart=/usr/bin/python3 ${program?.path}`);
    expect(unit?.path).toBe(`/etc/systemd/system/${runcmd[1]?.[3]}`);
    expect(program?.content).not.toContain('@PROBE@');
  });
});

const withPython = spawnSync('python3', ['--version']).status === 0 ? it : it.skip;

describe('programs for Linux', () => {
  withPython('the guest tells what it reached and under which address it is seen', async () => {
    const port = await freePort();
    const mirror = createServer((_request, response) => response.end('{"youAre":"10.0.2.2"}'));
    await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', () => resolve()));
    const mirrorPort = (mirror.address() as AddressInfo).port;
    // Everything but the probe is out of reach here: its addresses are those of nobody on this machine.
    const text = report
      .replaceAll('@PROBE@', '127.0.0.1')
      .replace('http://%s:8080/', `http://%s:${mirrorPort}/`)
      .replace('("", 8080)', `("127.0.0.1", ${port})`)
      .replaceAll('169.254.169.254', '127.0.0.1:1')
      .replaceAll('168.63.129.16:32526', '127.0.0.1:1')
      .replaceAll('168.63.129.16', '127.0.0.1:1')
      .replaceAll('deb.debian.org', '127.0.0.1:1')
      .replace('client.settimeout(PATIENCE)', 'client.settimeout(0.2)');
    const child = spawn('python3', [file('report.py', text)], { stdio: 'inherit' });
    try {
      const page = await until(
        async () => {
          const answer = await call<{ report: unknown }>(`http://127.0.0.1:${port}/`).catch(() => undefined);
          return answer?.body.report ? answer.body : undefined;
        },
        { what: 'the report of the guest' },
      );
      expect(page).toMatchObject({
        youAre: '127.0.0.1',
        report: {
          ...{ address: '127.0.0.1', seenAs: '10.0.2.2', probe: 'answered' },
          ...{ metadata: 'refused', wireServer: 'refused', internet: 'refused' },
        },
      });
    } finally {
      child.kill('SIGKILL');
      mirror.closeAllConnections();
      mirror.close();
    }
  });

  it('the script of the probe is one that bash reads, and hands its wish to Python', () => {
    const path = file('probe.sh', probeScript({ address: '10.0.2.2', pings: 3 }));
    expect(spawnSync('bash', ['-n', path]).status).toBe(0);
  });

  withPython('the script of the probe says what it saw in one line', async () => {
    const port = await freePort();
    const text = probeScript({ address: '127.0.0.1', pings: 1 }).replace(':8080/', `:${port}/`);
    const { stdout } = spawnSync('bash', [file('probe.sh', text)], { encoding: 'utf8' });
    const [, line = ''] = /##prove-begin##(.*?)##prove-end##/.exec(stdout) ?? [];
    expect(JSON.parse(line)).toMatchObject({
      address: '127.0.0.1',
      sent: 1,
      error: expect.any(String) as string,
    });
  });
});
