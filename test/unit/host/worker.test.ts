import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { InvocationRequest } from '../../../local/host/messages';
import { retryDelay } from '../../../local/host/retry';
import { fromTyped, toTyped } from '../../../local/host/typed';
import { coreModule, Registry, type InvocationModel } from '../../../local/host/worker/core';
import { invoke } from '../../../local/host/worker/invoke';
import { entryFiles } from '../../../local/host/worker/load';

const metadata = { name: 'f', bindings: { t: { type: 'timerTrigger', direction: 'in' } } };
const request: InvocationRequest = { invocationId: 'i', functionId: 'f', inputData: [] };

function registryWith(callback: (...args: unknown[]) => unknown): Registry {
  const registry = new Registry();
  registry.register(metadata, callback);
  const model: InvocationModel = {
    getArguments: () => Promise.resolve({ context: { marked: true }, inputs: ['given'] }),
    invokeFunction: (context, inputs, run) => new Promise((resolve) => resolve(run(...inputs, context))),
    getResponse: (_, result) => Promise.resolve({ returnValue: toTyped(result) }),
  };
  registry.model = { name: 'test', version: '1', getInvocationModel: () => model };
  return registry;
}

describe('registration', () => {
  it('refuses a name twice, unknown hooks, and functions after the app has started', () => {
    const registry = new Registry();
    registry.register(metadata, () => undefined);
    expect(() => registry.register(metadata, () => undefined)).toThrow('already been registered');
    expect(() => registry.registerHook('nope', () => undefined)).toThrow(RangeError);
    registry.lock();
    expect(() => registry.register({ ...metadata, name: 'g' }, () => undefined)).toThrow(
      'during app startup',
    );
  });

  it('offers what the programming model looks for', () => {
    const core = coreModule(new Registry(), () => undefined, '4.0.0');
    expect(Object.keys(core).sort()).toEqual(
      ...[
        [
          'Disposable',
          'getProgrammingModel',
          'hostVersion',
          'log',
          'registerFunction',
          'registerHook',
          'setProgrammingModel',
          'version',
        ],
      ],
    );
  });
});

describe('hooks around an invocation', () => {
  it('may replace the input, the handler and the result', async () => {
    const registry = registryWith((input) => input);
    registry.registerHook('preInvocation', (context) => {
      Object.assign(context, { inputs: ['replaced'], functionCallback: (input: string) => `${input}!` });
    });
    registry.registerHook('postInvocation', (context) => {
      Object.assign(context, { result: ['after', (context as { result: unknown }).result] });
    });
    const response = await invoke(registry, request, () => undefined);
    expect(fromTyped(response.returnValue)).toEqual(['after', 'replaced!']);
  });

  it('may swallow an error, which otherwise is thrown', async () => {
    const registry = registryWith(() => {
      throw new Error('no');
    });
    await expect(invoke(registry, request, () => undefined)).rejects.toThrow('no');
    registry.registerHook('postInvocation', (context) =>
      Object.assign(context, { error: null, result: 'saved' }),
    );
    expect((await invoke(registry, request, () => undefined)).returnValue).toEqual({ string: 'saved' });
  });

  it('may rewrite what the app logs', () => {
    const registry = new Registry();
    registry.registerHook('log', (context) => Object.assign(context, { message: 'quiet' }));
    registry.registerHook('log', () => {
      throw new Error('skipped');
    });
    const entry = { level: 'information' as const, category: 'user', message: 'loud' };
    registry.runLogHooks(entry);
    expect(entry.message).toBe('quiet');
  });
});

describe('entry files of an app', () => {
  let folder: string;
  const app = (main: string | undefined, files: string[]) => {
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ main }));
    for (const file of files) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), '');
    }
    return entryFiles(folder).map((file) => path.relative(folder, file));
  };
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'app-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ['index.js', ['index.js', 'other.js'], ['index.js']],
    [
      'src/{index.js,functions/*.js}',
      ['src/index.js', 'src/functions/b.js', 'src/functions/a.js', 'src/x.js'],
      ['src/functions/a.js', 'src/functions/b.js', 'src/index.js'],
    ],
  ])('%s', (main, files, expected) => expect(app(main, files)).toEqual(expected));

  it('says what is missing', () => {
    expect(() => entryFiles(folder)).toThrow('No package.json');
    expect(() => app(undefined, [])).toThrow('"main"');
    expect(() => app('gone/*.js', ['index.js'])).toThrow('zero files');
  });
});

it.each([
  [
    'fixed',
    { retryStrategy: 'fixedDelay', maxRetryCount: 2, delayInterval: { seconds: 3 } },
    [3_000, 3_000, undefined],
  ],
  [
    'exponential',
    {
      retryStrategy: 'exponentialBackoff',
      maxRetryCount: -1,
      minimumInterval: { seconds: 1 },
      maximumInterval: { seconds: 3 },
    },
    [1_000, 2_000, 3_000],
  ],
  ['none', undefined, [undefined, undefined, undefined]],
])('retry policy %s', (_, options, delays) => {
  expect([1, 2, 3].map((retry) => retryDelay(options, retry))).toEqual(delays);
});
