import { runInNewContext } from 'node:vm';
import { until } from '../../local/launch/until';
import { ended, order, startSystem, type Running } from './harness';
import { reconcile } from './reconciliation';

jest.setTimeout(120_000);

/** As much of a document as the page's script uses. */
class Element {
  textContent = '';
  value = '';
  children: Element[] = [];
  onSubmit: ((event: { preventDefault(): void }) => void) | undefined;
  constructor(readonly tag: string) {}
  append = (...made: Element[]) => this.children.push(...made);
  replaceChildren = (...made: Element[]) => (this.children = made);
  addEventListener = (_name: string, listener: NonNullable<Element['onSubmit']>) =>
    (this.onSubmit = listener);
  /** Text of the element and of all in it. */
  get text(): string {
    return [this.textContent, ...this.children.map(({ text }) => text)].filter(Boolean).join(' ');
  }
}

describe('the dashboard', () => {
  let running: Running;
  let page: string;
  let script: string;
  const read = async (path: string) =>
    await running.system.app.send<string>('GET', path, undefined, { 'x-functions-key': '' });

  beforeAll(async () => {
    running = await startSystem();
    page = (await read('/dashboard')).body;
    script = (await read('/docs/dashboard.js')).body;
  });
  afterAll(async () => await running?.stop());

  /** Opens the page with a key, and gives its sections by their headings once they are there. */
  async function look(key: string): Promise<Record<string, string>> {
    const { host } = running.system;
    const elements: Record<string, Element> = {};
    for (const [, id = ''] of page.matchAll(/id="([\w-]+)"/g)) elements[id] = new Element(id);
    const kept = new Map<string, string>();
    const origin = `${host.url}/api/v1/dashboard`;
    runInNewContext(script, {
      document: {
        hidden: false,
        getElementById: (id: string) => elements[id],
        createElement: (tag: string) => new Element(tag),
      },
      fetch: async (path: string, init: RequestInit) => {
        const url = new URL(path, origin);
        expect(url.origin).toBe(new URL(origin).origin);
        return await fetch(url, init);
      },
      sessionStorage: {
        getItem: (name: string) => kept.get(name) ?? null,
        setItem: (name: string, value: string) => kept.set(name, value),
      },
      setTimeout: () => undefined,
    });
    const { board, key: input, 'sign-in': form } = elements;
    if (!board || !input || !form?.onSubmit) throw new Error('The page lacks what its script needs.');
    expect(board.children).toEqual([]);
    input.value = key;
    form.onSubmit({ preventDefault: () => undefined });
    expect(input.value).toBe('');
    await until(() => Promise.resolve(board.children.length > 0 || undefined), { what: 'the board' });
    return Object.fromEntries(
      board.children.map(({ children: [heading, body] }) => [heading?.text ?? '', body?.text ?? '']),
    );
  }

  it('holds nothing, and has the browser ask nobody else', async () => {
    const { headers } = await read('/dashboard');
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*connect-src 'self'/);
    expect(`${page}${script}`).not.toMatch(/https?:\/\//);
    expect([...page.matchAll(/src="([^"]+)"/g)].map(([, part]) => part)).toEqual(['docs/dashboard.js']);
  });

  it('tells how hosts, operations, findings, messages and callbacks stand', async () => {
    const { system, world } = running;
    expect(await ended(system, await order(system, 'hv-01'))).toMatchObject({ status: 'succeeded' });
    const nic = system.arm.id(world.resourceGroup, 'Microsoft.Network/networkInterfaces/hv-01-lan');
    await system.admin.patchResource(nic, { properties: { enableIPForwarding: false } });
    expect(await reconcile(system, 'nested-fun', { dryRun: true })).toMatchObject({ status: 'finished' });
    await system.queue.send('{"schemaVersion":2}');
    await until(async () => (await system.app.get<object[]>('/poison'))[0], { what: 'the poison message' });
    const hold = await system.admin.addFault({
      ...{ match: { method: 'PUT', path: '/virtualMachines/hv-02' }, times: 9 },
      effect: { kind: 'hold', until: 'before' },
    });
    const id = await order(system, 'hv-02');
    await until(
      async () =>
        (await system.app.operation(id)).steps.find(
          ({ name, status }) => name === 'createVirtualMachine' && status === 'running',
        ),
      { what: 'the VM to be made' },
    );
    const board = await look(system.host.functionKey);
    expect(board).toEqual({
      'Hosts by state': 'nested-fun: provisioning 1 nested-fun: ready 1',
      'Operations in flight': expect.stringMatching(
        new RegExp(`^provision nested-fun/hv-02 running 2.* ${id}$`),
      ) as string,
      'Findings of the last reconciliation': expect.stringMatching(
        /forwardingOff nested-fun\/hv-01 withheld/,
      ) as string,
      'Poison messages': expect.stringMatching(/1 times .*invalid-request: \/kind/) as string,
      'Callbacks that were given up': 'none',
    });
    await system.admin.removeFault(hold);
    await ended(system, id);
  });

  it('shows a wrong key what the API answers it', async () => {
    const board = await look('wrong');
    expect(new Set(Object.values(board))).toEqual(new Set(['401 The function key is missing or wrong.']));
  });
});
