import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { assigned } from '../launch/access';
import { AdminClient } from '../launch/adminClient';
import { appIdentity, azureSettings, startAzure } from '../launch/azure';
import { expectOk } from '../launch/http';
import type { Target } from './target';

/** A simulated Azure of its own, whose clock jumps over every wait. */
export async function simulatedTarget(
  folder: string,
  seed: number,
): Promise<Target & { admin: AdminClient }> {
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const azure = await startAzure(
    { speed: 'max', seed },
    join(folder, 'azure'),
    join(folder, 'logs', 'azure.log'),
  );
  const admin = new AdminClient(azure.adminEndpoint);
  await admin.assign(appIdentity, assigned(`/subscriptions/${azure.subscriptionId}`));
  let token: string | undefined;
  return {
    admin,
    kind: 'simulated',
    subscriptionId: azure.subscriptionId,
    endpoint: azure.endpoint,
    ca: readFileSync(azure.caFile, 'utf8'),
    settings: azureSettings(azure),
    clock: `${azure.adminEndpoint}/clock`,
    token: async () => {
      const query = 'resource=https%3A%2F%2Fmanagement.azure.com%2F&api-version=2019-08-01';
      token ??= (
        await expectOk<{ access_token: string }>(`${azure.tokenEndpoint}?${query}`, {
          headers: { 'x-identity-header': 'prover' },
        })
      ).access_token;
      return token;
    },
    now: async () => (await admin.clock()).now,
    pass: async (seconds, signal) => {
      signal?.throwIfAborted();
      await admin.clock({ advanceBy: seconds * 1000 });
      await delay(10, undefined, signal ? { signal } : {});
    },
    linger: async (signal) => {
      await delay(50, undefined, signal ? { signal } : {});
    },
    prices: () => Promise.reject(new Error('The simulated Azure has no price list.')),
    broken: () => azure.child.ended(),
    stop: () => azure.child.stop(),
  };
}
