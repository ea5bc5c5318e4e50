import { shownMessage } from '../../../shared/batches/shownMessage';

describe('a message that is shown', () => {
  it.each([
    ['{"callback":{"url":"https://hooks.contoso.com/a/token?sig=token"}}', 'https://hooks.contoso.com/...'],
    ['{"callback":{"url":"https:\\/\\/hooks.contoso.com\\/token"}}', 'https://hooks.contoso.com/...'],
    [
      '{"callBack":{"uri":["https://me:token@hooks.contoso.com:8443"]}}',
      'https://hooks.contoso.com:8443/...',
    ],
    ['{"callback":{"url":"https://hooks.contoso.com:port/token"}}', '"..."'],
    [
      'callback = https://hooks.contoso.com/token, no JSON',
      'callback = https://hooks.contoso.com/... no JSON',
    ],
  ])('%s has the host of a receiver and no token', (text, part) => {
    expect(shownMessage(text)).toContain(part);
    expect(shownMessage(text)).not.toContain('token');
  });

  it.each([
    '{ "schemaVersion": 2,\n "kind": "provision" }',
    '{"adminPassword":{"secretId":"https://hosts.vault.azure.net/secrets/hv-01"}}',
    'neither JSON nor a URL',
    '',
  ])('%j is as it was sent', (text) => {
    expect(shownMessage(text)).toBe(text);
  });
});
