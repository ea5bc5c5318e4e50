import type { LookupAddress } from 'node:dns';
import { createServer, type AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { pinnedLookup, post, type Resolve } from '../../../shared/callbacks/post';
import { startReceiver, type Receiver } from './receiver';

let receiver: Receiver;
let other: Receiver;
const usual = getCACertificates('default');
beforeAll(async () => {
  [receiver, other] = await Promise.all([startReceiver(), startReceiver()]);
  setDefaultCACertificates([...usual, receiver.certificate]);
});
afterAll(async () => {
  setDefaultCACertificates(usual);
  await Promise.all([receiver.stop(), other.stop()]);
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.reply = () => ({ status: 204 });
});

const send = (
  url = receiver.url,
  more: { timeout?: number; resolve?: Resolve; mayBePrivate?: boolean } = {},
) =>
  post(
    { url: new URL(url), mayBePrivate: more.mayBePrivate ?? true },
    { headers: { 'webhook-id': 'cb-1' }, body: '{"é":1}', ...more },
  );
const resolvingTo =
  (...addresses: string[]): Resolve =>
  (_name, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

describe('sending', () => {
  it('delivers the body as it is, once', async () => {
    expect(await send(`${receiver.url}?a=b`)).toEqual({ kind: 'delivered', status: 204 });
    expect(receiver.received).toMatchObject([
      { path: '/hooks?a=b', body: '{"é":1}', headers: { 'webhook-id': 'cb-1', 'content-length': '8' } },
    ]);
  });

  it.each([
    [500, 'failed', 'Http500'],
    [404, 'failed', 'Http404'],
    [410, 'final', 'Gone'],
    [302, 'failed', 'Http302'],
  ])('%i is %s', async (status, kind, code) => {
    receiver.reply = () => ({ status, headers: { location: receiver.url } });
    expect(await send()).toMatchObject({ kind, code, status });
    expect(receiver.received).toHaveLength(1);
  });

  it('hears how long the receiver wants to be left alone', async () => {
    receiver.reply = () => ({ status: 429, headers: { 'retry-after': '120' } });
    expect(await send()).toMatchObject({ kind: 'failed', retryAfterSeconds: 120 });
    receiver.reply = () => ({ status: 503, headers: { 'retry-after': 'soon' } });
    expect(await send()).not.toHaveProperty('retryAfterSeconds');
  });

  it('does not wait for the body of the answer, however long it is', async () => {
    receiver.reply = () => ({ status: 200, body: 'x'.repeat(50_000_000) });
    expect(await send()).toEqual({ kind: 'delivered', status: 200 });
  });

  it('takes no answer with an endless head', async () => {
    receiver.reply = () => ({ status: 200, headers: { filler: 'x'.repeat(20_000) } });
    expect(await send()).toMatchObject({ kind: 'failed', code: 'HPE_HEADER_OVERFLOW' });
  });

  it('gives up on a receiver that says nothing, at whatever point', async () => {
    receiver.reply = () => 'silent';
    expect(await send(receiver.url, { timeout: 100 })).toMatchObject({ kind: 'failed', code: 'Timeout' });
    const mute = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    expect(await send(`https://localhost:${port}/`, { timeout: 100 })).toMatchObject({ code: 'Timeout' });
    expect(await send(receiver.url, { timeout: 100, resolve: () => undefined })).toMatchObject({
      code: 'Timeout',
    });
    await new Promise((resolve) => mute.close(resolve));
  });

  it('trusts no certificate that the system does not', async () => {
    expect(await send(other.url)).toMatchObject({ kind: 'failed', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(other.received).toHaveLength(0);
  });

  it('reports a name that does not resolve, and a port nobody listens on', async () => {
    const resolve: Resolve = (_name, _options, callback) =>
      callback(Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' }), []);
    expect(await send(receiver.url, { resolve })).toMatchObject({ kind: 'failed', code: 'ENOTFOUND' });
    expect(await send('https://localhost:1/')).toMatchObject({ kind: 'failed', code: 'ECONNREFUSED' });
  });
});

describe('addresses behind a name', () => {
  it('that are private are refused before anything is sent', async () => {
    expect(await send(receiver.url, { mayBePrivate: false })).toMatchObject({
      kind: 'final',
      code: 'AddressRefused',
    });
    expect(receiver.received).toHaveLength(0);
  });

  it('are refused all together if one of them is', async () => {
    const resolve = resolvingTo('127.0.0.1', '169.254.169.254');
    expect(await send(receiver.url, { resolve })).toMatchObject({ kind: 'final', code: 'AddressRefused' });
    expect(receiver.received).toHaveLength(0);
  });

  it('are looked up once: what was checked is what is called', async () => {
    let asked = 0;
    const rebinding: Resolve = (name, options, callback) =>
      resolvingTo(asked++ === 0 ? '127.0.0.1' : '169.254.169.254')(name, options, callback);
    expect(await send(receiver.url, { resolve: rebinding })).toMatchObject({ kind: 'delivered' });
    expect(asked).toBe(1);
  });

  it('are handed out one or all, as the connection asks', () => {
    const ask = (all: boolean) => {
      const told: unknown[] = [];
      pinnedLookup(false, resolvingTo('20.61.0.1', '20.61.0.2'))('a', { all }, (...answer: unknown[]) => {
        told.push(...answer);
      });
      return told;
    };
    expect(ask(false)).toEqual([null, '20.61.0.1', 4]);
    expect((ask(true)[1] as LookupAddress[]).map(({ address }) => address)).toEqual([
      '20.61.0.1',
      '20.61.0.2',
    ]);
  });
});
