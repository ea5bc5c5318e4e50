import { createAzureClients, type AzureClients } from '../../../shared/azure/clients';
import { adminPassword, passwordSecretName } from '../../../shared/azure/password';
import { virtualMachineSpec } from '../../../shared/azure/resources/virtualMachine';
import { AzureFailure } from '../../../shared/azure/send';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { HostLayout } from '../../../shared/azure/layout';
import { definition, layout as plain } from '../../unit/shared/fixture';
import { connect, type Connected } from './support';

let connected: Connected;
let clients: AzureClients;
const usual = getCACertificates('default');
/** Bodies of the VM requests, as they leave the app. */
const sent: { osProfile?: { adminPassword?: string } }[] = [];

beforeAll(async () => {
  connected = await connect();
  setDefaultCACertificates([...usual, connected.azure.ca]);
  const { endpoint, vaultUrl } = connected.azure.info;
  clients = createAzureClients({ endpoint, vaultUrl });
  const compute = await clients.compute(definition.subscriptionId);
  compute.pipeline.addPolicy({
    name: 'record',
    sendRequest: (request, next) => {
      const body = JSON.parse((request.body as string | undefined) ?? '{}') as {
        properties?: (typeof sent)[0];
      };
      if (request.method === 'PUT') sent.push(body.properties ?? {});
      return next(request);
    },
  });
});
afterAll(async () => {
  setDefaultCACertificates(usual);
  await connected.stop();
});
beforeEach(() => void (sent.length = 0));

const layoutOf = (spec: Partial<HostLayout['spec']>, host = 'hv-01'): HostLayout => ({
  ...plain,
  host,
  spec: { ...plain.spec, ...spec },
});
/** Creates the VM as far as the request: whether Azure takes it is not the matter here. */
async function requested(layout: HostLayout, existing?: object): Promise<string | undefined> {
  const spec = virtualMachineSpec(layout);
  const decision = spec.desired(undefined);
  if (decision.action !== 'put') throw new Error(decision.action);
  await spec.write(clients, decision.body, existing as never).catch(() => undefined);
  return sent.at(-1)?.osProfile?.adminPassword;
}
const nameOf = ({ network, host }: { network: string; host: string }) =>
  passwordSecretName({ installation: 'default', network, host });
const secret = async (name: string) => (await clients.secrets('contoso-hosts')).getSecret(name);

describe('the password of a new VM', () => {
  it('is in the vault before the VM is asked for, and the same at every later try', async () => {
    const layout = layoutOf({ passwordVault: 'contoso-hosts' });
    const first = await requested(layout);
    const stored = await secret(nameOf(layout));
    expect(stored.value).toBe(first);
    expect(first).toMatch(/^Aa1![\w-]{32}$/);
    expect(stored.properties.tags).toMatchObject({ 'nested-hosts-network': 'nested-fun' });
    expect(await requested(layout)).toBe(first);
    expect((await secret(nameOf(layout))).properties.version).toBe(stored.properties.version);
    expect(await requested(layoutOf({ passwordVault: 'contoso-hosts' }, 'hv-02'))).not.toBe(first);
  });

  it('is what the operator put there beforehand', async () => {
    const layout = layoutOf({ passwordVault: 'contoso-hosts' }, 'hv-03');
    await (await clients.secrets('contoso-hosts')).setSecret(nameOf(layout), 'Chosen-Before-1');
    expect(await requested(layout)).toBe('Chosen-Before-1');
  });

  it('is the secret that the request names, in that version if it says so', async () => {
    const vault = await clients.secrets('contoso-hosts');
    const { properties } = await vault.setSecret('shared', 'First-Version-1');
    await vault.setSecret('shared', 'Second-Version-2');
    const named = (version = '') =>
      layoutOf({
        passwordVault: 'contoso-hosts',
        adminPassword: { secretId: `https://contoso-hosts.vault.azure.net/secrets/shared${version}` },
      });
    expect(await requested(named())).toBe('Second-Version-2');
    expect(await requested(named(`/${properties.version}`))).toBe('First-Version-1');
  });

  it('is not sent at all when the named secret is not there', async () => {
    const secretId = 'https://contoso-hosts.vault.azure.net/secrets/nowhere';
    const layout = layoutOf({ passwordVault: 'contoso-hosts', adminPassword: { secretId } });
    const failure = await adminPassword(clients, layout).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AzureFailure);
    expect((failure as AzureFailure).failed).toMatchObject({
      class: 'invalid',
      code: 'PasswordSecretNotFound',
    });
    expect(await requested(layout)).toBeUndefined();
    expect(sent).toEqual([]);
  });

  it('is refused at once while the secret is deleted and its name is kept; recovered, it is the same', async () => {
    const layout = layoutOf({ passwordVault: 'contoso-hosts' }, 'hv-04');
    const first = await requested(layout);
    const vault = await clients.secrets('contoso-hosts');
    await (await vault.beginDeleteSecret(nameOf(layout), { intervalInMs: 10 })).pollUntilDone();
    const failure = (await adminPassword(clients, layout).catch((error: unknown) => error)) as AzureFailure;
    expect(failure.failed).toMatchObject({
      ...{ class: 'invalid', code: 'ObjectIsDeletedButRecoverable' },
      message: expect.stringMatching(/Recover the secret.* or purge it/) as string,
    });
    await (await vault.beginRecoverDeletedSecret(nameOf(layout), { intervalInMs: 10 })).pollUntilDone();
    expect(await requested(layout)).toBe(first);
    await (await vault.beginDeleteSecret(nameOf(layout), { intervalInMs: 10 })).pollUntilDone();
    await vault.purgeDeletedSecret(nameOf(layout));
    expect(await requested(layout)).not.toBe(first);
  });

  it('is the one that the vault keeps, where two runs make one at the same time', async () => {
    const layout = layoutOf({ passwordVault: 'contoso-hosts' }, 'hv-05');
    /** Lets nobody pass before two are there. */
    const gate = () => {
      let arrived = 0;
      let open: () => void = () => undefined;
      const both = new Promise<void>((resolve) => (open = resolve));
      return async () => {
        if (++arrived === 2) open();
        await both;
      };
    };
    const [looked, written] = [gate(), gate()];
    const inStep: AzureClients = {
      ...clients,
      secrets: async (vault) => {
        const client = await clients.secrets(vault);
        const setSecret = async (...call: Parameters<typeof client.setSecret>) => {
          await looked();
          const made = await client.setSecret(...call);
          await written();
          return made;
        };
        return Object.assign(Object.create(client) as typeof client, { setSecret });
      },
    };
    const passwords = await Promise.all([adminPassword(inStep, layout), adminPassword(inStep, layout)]);
    const kept = (await secret(nameOf(layout))).value;
    expect(passwords).toEqual([kept, kept]);
  });

  it('is another one every time where no vault keeps it', async () => {
    const [first, second] = [await requested(layoutOf({})), await requested(layoutOf({}))];
    expect(first).toMatch(/^Aa1!/);
    expect(second).not.toBe(first);
  });

  it('is not sent for a VM that exists', async () => {
    expect(await requested(layoutOf({ passwordVault: 'contoso-hosts' }), {})).toBeUndefined();
    expect(sent).toHaveLength(1);
  });
});

describe('secrets of hosts', () => {
  it('have names of their own, however the hyphens fall', () => {
    const name = (network: string, host: string) => nameOf({ network, host });
    expect(name('a-b', 'c')).not.toBe(name('a', 'b-c'));
    expect(name('nested-fun', 'hv-01')).toMatch(/^nested-fun-hv-01-[0-9a-f]{8}$/);
  });
});
