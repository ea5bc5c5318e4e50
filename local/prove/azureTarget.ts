import { setTimeout as delay } from 'node:timers/promises';
import { call } from '../launch/http';
import type { RetailPrice } from './prices';
import type { Target } from './target';

const scope = 'https://management.azure.com/.default';
const priceList = 'https://prices.azure.com/api/retail/prices';

/** The public cloud, as whoever is signed in (`az login`, environment, managed identity). */
export async function azureTarget(subscriptionId: string): Promise<Target> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  const credential = new DefaultAzureCredential();
  return {
    kind: 'azure',
    subscriptionId,
    endpoint: 'https://management.azure.com',
    settings: {},
    // The credential keeps a token as long as it is good.
    token: async () => (await credential.getToken(scope)).token,
    now: () => Promise.resolve(Date.now()),
    pass: async (seconds, signal) => {
      await delay(seconds * 1000, undefined, signal ? { signal } : {});
    },
    linger: async (signal) => {
      await delay(5_000, undefined, signal ? { signal } : {});
    },
    prices: async (filter) => {
      const url = `${priceList}?${new URLSearchParams({ $filter: filter }).toString()}`;
      const { status, body } = await call<{ Items?: RetailPrice[] }>(url);
      if (status !== 200) throw new Error(`${priceList} answered ${status}.`);
      return body.Items ?? [];
    },
    broken: () => new Promise(() => undefined),
    stop: () => Promise.resolve(),
  };
}
