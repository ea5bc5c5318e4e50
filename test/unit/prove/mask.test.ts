import type { Exchange } from '../../../local/prove/exchange';
import { masked, maskedText } from '../../../local/prove/mask';

const subscriptionId = '5eed0000-0a11-4b2c-9d3e-000000000001';
const token = `eyJ${'a'.repeat(30)}.${'b'.repeat(20)}.${'c'.repeat(20)}`;

const exchange: Exchange = {
  id: 1,
  by: 'app',
  startedAt: 0,
  endedAt: 1,
  method: 'PUT',
  url: `https://management.azure.com/subscriptions/${subscriptionId}/x?api-version=1&t=${'1'.repeat(20)}&c=${'M'.repeat(900)}`,
  requestHeaders: { authorization: `Bearer ${token}`, 'if-match': 'W/"1"' },
  requestBody: JSON.stringify({
    properties: {
      osProfile: { adminUsername: 'a', adminPassword: 'Planted-1!', customData: 'UGxhbnRlZA==' },
      outputBlobUri: 'https://a.blob.core.windows.net/c/b?sv=1&sig=Planted%2Bsig&se=2',
      protectedParameters: [{ name: 'a', value: 'Planted-2' }],
    },
  }),
  status: 200,
  responseHeaders: {
    'set-cookie': 'Planted-3',
    'x-ms-operation-identifier': 'objectId=Planted-4',
    location: `https://x/?s=${'P'.repeat(40)}`,
  },
  responseBody: JSON.stringify({
    properties: { output: `got ${token}`, disablePasswordAuthentication: false },
  }),
};

describe('masked', () => {
  const clean = JSON.stringify(masked(exchange));

  it.each(['Planted', 'UGxhbnRlZA', token, 'MMMM', 'PPPP', 'authorization'])('leaves out %s', (secret) => {
    expect(clean).not.toContain(secret);
  });

  it('keeps what is no secret', () => {
    expect(clean).toContain(subscriptionId);
    expect(masked(exchange).requestHeaders).toEqual({ 'if-match': 'W/"1"' });
    expect(masked(exchange).responseBody).toContain('"disablePasswordAuthentication":false');
    const plain = { ...exchange, requestBody: '{ "a" : 1 }' };
    expect(masked(plain).requestBody).toBe('{ "a" : 1 }');
  });

  it('puts zeros for the subscription if asked, in whatever case it stands', () => {
    expect(JSON.stringify(masked(exchange, { subscriptionId }))).not.toContain('5eed0000');
    expect(maskedText(subscriptionId.toUpperCase(), { subscriptionId })).toBe(
      '00000000-0000-0000-0000-000000000000',
    );
  });
});
