import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSettings, settingNames } from '../../../shared/config';
import { quoted, read, root, rows, section, sources } from './files';

const documented = rows(section(read('docs/operations.md'), '## Settings')).map(
  ([name = '', , byDefault = '']) => ({
    name: quoted(name)[0] ?? name,
    byDefault: quoted(byDefault)[0],
  }),
);

describe('the table of settings', () => {
  it('names what the app reads, and nothing else', () => {
    const telemetry = [...read('shared/config.ts').matchAll(/\benv\['(\w+)'\]/g)];
    const timers = [...sources('functions/timer/*.ts').matchAll(/scheduleOf\('(\w+)', '([^']+)'\)/g)];
    const named = [...telemetry, ...timers].map(([, name]) => name);
    const names = [...settingNames, ...named];
    expect(documented.map(({ name }) => name).sort()).toEqual([...new Set(names)].sort());
  });

  it('tells the defaults of the settings', () => {
    const storage = { AzureWebJobsStorage: 'UseDevelopmentStorage=true' };
    const given = documented.filter(({ byDefault }) => byDefault !== undefined);
    expect(given.length).toBeGreaterThan(10);
    for (const { name, byDefault } of given) {
      expect(parseSettings({ ...storage, [name]: byDefault })).toEqual(parseSettings(storage));
    }
  });

  it.each(documented.filter(({ name }) => name.endsWith('_SCHEDULE')))(
    'tells the default of the timer of $name',
    ({ name, byDefault }) => {
      expect(sources('functions/timer/*.ts')).toContain(`scheduleOf('${name}', '${byDefault}')`);
    },
  );
});

describe('the table of host.json', () => {
  /** `00:10:00` as `10 minutes`, `00:00:05` as `5 s`. */
  const asText = (value: string | number): string => {
    const [, minutes, seconds] = /^00:(\d\d):(\d\d)$/.exec(String(value)) ?? [];
    if (minutes === undefined) return String(value);
    return minutes === '00' ? `${Number(seconds)} s` : `${Number(minutes)} minutes`;
  };
  const table = rows(section(read('docs/deployment.md'), '## host.json')).flatMap(
    ([names = '', values = '']) => {
      const told = values.replaceAll('`', '').split(', ');
      return quoted(names).map((name, index): [string, string] => [
        name.split('.').at(-1) ?? '',
        told[index] ?? '',
      ]);
    },
  );

  it('tells what it says', () => {
    const { functionTimeout, extensions } = JSON.parse(read('host.json')) as {
      functionTimeout: string;
      extensions: Record<'durableTask' | 'queues', Record<string, string | number>>;
    };
    const { storageProvider, tracing, ...durable } = extensions.durableTask as unknown as {
      storageProvider: Record<string, string>;
      tracing: object;
    };
    // Requests come as the library of Azure Storage writes them, which is the default.
    const { messageEncoding, ...queues } = extensions.queues;
    expect(messageEncoding).toBe('base64');
    expect(tracing).toEqual({ distributedTracingEnabled: true, version: 'V2' });
    const said = Object.entries({ functionTimeout, ...storageProvider, ...durable, ...queues });
    const others = ['tracing', 'telemetryMode', 'logging'];
    expect(Object.fromEntries(table.filter(([name]) => !others.includes(name)))).toEqual(
      Object.fromEntries(said.map(([name, value]) => [name, asText(value)])),
    );
  });
});

describe('runbooks', () => {
  it('tell when each rule fires', () => {
    const rules = JSON.parse(read('infra/alerts.json')) as Record<
      string,
      { threshold: number; window: string }
    >;
    const told = rows(read('docs/runbooks.md')).map(([name = '', when = '']) => ({
      name: /\[(.+)\]/.exec(name)?.[1] ?? '',
      // A message waits for seconds, and most others fire with the first one.
      threshold:
        Number(/more than (\d+)/.exec(when)?.[1] ?? 0) *
        (when.endsWith('minutes') && when.includes('waited') ? 60 : 1),
      window: / in an hour/.test(when) ? 'PT1H' : when.replace(/.* (?:in|for) (\d+) minutes$/, 'PT$1M'),
    }));
    expect(told.map(({ name }) => name).sort()).toEqual(Object.keys(rules).sort());
    for (const { name, threshold, window } of told) {
      expect({ name, threshold: rules[name]?.threshold }).toEqual({ name, threshold });
      if (window.startsWith('PT')) expect({ name, window: rules[name]?.window }).toEqual({ name, window });
    }
  });

  it('has one for each alert rule', () => {
    const headings = [...read('docs/runbooks.md').matchAll(/^## (.+)$/gm)].map(([, name]) => name);
    expect(headings.sort()).toEqual(Object.keys(JSON.parse(read('infra/alerts.json')) as object).sort());
  });
});

describe('troubleshooting', () => {
  const text = read('docs/troubleshooting.md');
  const firstCells = (heading: string): string[] =>
    rows(section(text, heading)).flatMap(([symptom = '']) => quoted(symptom));

  it('names codes that the app, its scripts or Azure give', () => {
    const code = sources(
      'shared/**/*.{ts,ps1}',
      'orchestrations/**/*.ts',
      'local/azure/**/*.ts',
      'docs/problems.md',
    );
    const codes = [...firstCells('## The app'), ...firstCells('## An operation')];
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter((one) => !code.includes(one))).toEqual([]);
  });

  it('knows every code with which a guest script stops', () => {
    const stops = [...sources('shared/guest/*.ps1').matchAll(/Stop-Phase '(\w+)'/g)].map(([, code]) => code);
    const inDocs = `${text}${read('docs/guest.md')}`;
    expect([...new Set(stops)].filter((code) => !inDocs.includes(`\`${code}\``))).toEqual([]);
  });

  it('quotes reasons as the packet walk says them', () => {
    const walk = sources('shared/network/walk/*.ts');
    const parts = firstCells('## Packets').flatMap((reason) => reason.split(/ ?\.\.\. ?/));
    expect(parts.length).toBeGreaterThan(15);
    expect(parts.filter((part) => !walk.includes(part))).toEqual([]);
  });
});

describe.each([
  'SECURITY.md',
  'CONTRIBUTING.md',
  'docs/operations.md',
  'docs/runbooks.md',
  'docs/deployment.md',
  'docs/troubleshooting.md',
  'docs/guests.md',
  'docs/security.md',
])('%s', (path) => {
  const slug = (heading: string): string =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-');

  it('links to places that exist', () => {
    const links = [...read(path).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
    const broken = links.filter(([, file = '', anchor]) => {
      const target = file === '' ? path : join(dirname(path), file);
      if (!existsSync(join(root, target))) return true;
      const headings = [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slug(heading));
      return anchor !== undefined && !headings.includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});
