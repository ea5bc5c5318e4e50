import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  readAppSettings,
  readHostJson,
  resolveSettings,
  setting,
  timeSpan,
} from '../../../local/host/settings';

describe('time spans of host.json', () => {
  it.each([
    ['00:00:30', 30_000],
    ['01:02', 3_720_000],
    ['1.00:00:00', 86_400_000],
    ['00:00:00.2500000', 250],
    ['-00:00:01', -1_000],
  ])('%s is %d ms', (text, ms) => expect(timeSpan(text)).toBe(ms));

  it.each(['', '30', '00:00:5', 'soon'])('refuses "%s"', (text) => expect(() => timeSpan(text)).toThrow());
});

describe('settings files', () => {
  let folder: string;
  const write = (name: string, content: unknown) =>
    writeFileSync(path.join(folder, name), JSON.stringify(content));

  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'settings-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('has the defaults of the Functions host when there is no host.json', () => {
    expect(readHostJson(folder, {}).extensions).toMatchObject({
      http: { routePrefix: 'api' },
      queues: { batchSize: 16, maxDequeueCount: 5, visibilityTimeout: 0, messageEncoding: 'base64' },
      durableTask: { hubName: 'TestHubName', maxConcurrentActivityFunctions: 10 },
    });
  });

  it('reads host.json and lets AzureFunctionsJobHost__ settings override it', () => {
    write('host.json', { extensions: { queues: { visibilityTimeout: '00:00:30', batchSize: 8 } } });
    const overrides = {
      AzureFunctionsJobHost__extensions__queues__VisibilityTimeout: '00:00:01',
      AzureFunctionsJobHost__extensions__queues__maxDequeueCount: '2',
    };
    expect(readHostJson(folder, overrides).extensions.queues).toMatchObject({
      ...{ batchSize: 8, visibilityTimeout: 1_000, maxDequeueCount: 2 },
    });
  });

  it('takes the name of the hub from the setting that host.json names', () => {
    write('host.json', { extensions: { durableTask: { hubName: '%DURABLE_HUB%' } } });
    expect(readHostJson(folder, { DURABLE_HUB: 'Mine' }).extensions.durableTask.hubName).toBe('Mine');
    expect(() => readHostJson(folder, {})).toThrow('DURABLE_HUB');
  });

  it('names what is wrong in host.json', () => {
    write('host.json', { extensions: { queues: { batchSize: 64 } } });
    expect(() => readHostJson(folder, {})).toThrow('batchSize');
  });

  it('prefers the real environment to local.settings.json', () => {
    write('local.settings.json', { IsEncrypted: false, Values: { A: 'file', B: 'file' } });
    expect(readAppSettings(folder, { B: 'real', C: undefined })).toEqual({ A: 'file', B: 'real' });
  });
});

describe('%SETTING% in bindings', () => {
  const settings = { RECONCILE_SCHEDULE: '0 */15 * * * *', Queue__Name: 'inbox' };

  it('is replaced by the app setting, whatever its case', () => {
    expect(resolveSettings(settings, '%reconcile_schedule%')).toBe('0 */15 * * * *');
    expect(resolveSettings(settings, 'a-%Queue:Name%-b')).toBe('a-inbox-b');
    expect(setting(settings, 'nothing')).toBeUndefined();
  });

  it('fails for a setting that does not exist', () => {
    expect(() => resolveSettings(settings, '%MISSING%')).toThrow('MISSING');
  });
});
