import { Webhook } from 'standardwebhooks';
import { signedHeaders, signingSecret } from '../../../shared/callbacks/sign';
import { secrets } from './fixture';

const at = new Date();
const body = '{"a":"é"}';

describe('signatures', () => {
  it('verify with every one of the secrets, and with no other', () => {
    const [old, present, other] = secrets as [string, string, string];
    const headers = signedHeaders([present, old], { id: 'cb-1', body, at });
    for (const secret of [old, present]) {
      expect(new Webhook(secret).verify(body, headers)).toEqual({ a: 'é' });
    }
    expect(() => new Webhook(other).verify(body, headers)).toThrow(/No matching signature/);
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
  });

  it('are about id, time and body', () => {
    const [secret = ''] = secrets;
    const headers = signedHeaders([secret], { id: 'cb-1', body, at });
    const verify = (text: string, changes: object) =>
      new Webhook(secret).verify(text, { ...headers, ...changes });
    expect(() => verify('{"a":"e"}', {})).toThrow();
    expect(() => verify(body, { 'webhook-id': 'cb-2' })).toThrow();
    expect(() =>
      verify(body, { 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 1) }),
    ).toThrow();
  });

  // The example that the Standard Webhooks libraries share.
  it('are those of the published example', () => {
    expect(
      signedHeaders(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], {
        id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        body: '{"test": 2432232314}',
        at: new Date(1_614_265_330_000),
      })['webhook-signature'],
    ).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it.each([
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', true],
    ['whsec_c2hvcnQ=', false],
    ['MfKQ9r8G', false],
  ])('%s can be a secret: %s', (text, good) => expect(signingSecret.test(text)).toBe(good));
});
