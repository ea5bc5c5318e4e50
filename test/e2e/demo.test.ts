import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import type { DemoDocument } from '../../local/cli/demo/document';
import { promised } from '../../local/cli/demo/promise';
import { builtEntry } from '../../local/launch/layout';

jest.setTimeout(120_000);

const temporary = (): string[] => readdirSync(tmpdir()).filter((name) => /^nested-hosts-(?!e2e)/.test(name));

describe('npm run demo', () => {
  it('shows the promised end state and leaves nothing behind', async () => {
    const before = temporary();
    const demo = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', builtEntry('demo'), '--json'],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const exit = new Promise<number | null>((resolve) => demo.once('close', resolve));
    const [output, errors, code] = await Promise.all([text(demo.stdout), text(demo.stderr), exit]);
    expect({ code, errors, output: code === 0 ? '' : output }).toEqual({ code: 0, errors: '', output: '' });

    const document = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as DemoDocument;
    const { azure, simulatedSeconds, ...values } = document;
    expect(values).toEqual(promised);
    expect(Object.keys(document)).toEqual([
      'hosts',
      'paths',
      'afterFirstTeardown',
      'afterTeardown',
      'reconciliation',
      'azure',
      'simulatedSeconds',
    ]);
    expect(azure.requests).toBeGreaterThan(azure.writes);
    expect(azure.writes).toBeGreaterThan(20);
    expect(azure.throttled).toBe(0);
    for (const host of ['hv-01', 'hv-02']) {
      // Creating a VM, installing roles and two restarts take minutes on real Azure as well.
      expect(simulatedSeconds[host]).toBeGreaterThan(240);
      expect(simulatedSeconds[host]).toBeLessThan(3600);
    }
    expect(temporary()).toEqual(before);
  });
});
