import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { Access } from './access/access';
import { Cloud } from './cloud';
import type { CloudOptions } from './cloud';
import { handleAdmin } from './edge/admin';
import { handleArm } from './edge/armHandler';
import type { ArmParts } from './edge/armHandler';
import { makeCertificates } from './edge/certificates';
import { SimulatedClock } from './edge/clock';
import { Deletions } from './edge/deletions';
import { Faults } from './edge/faults';
import { listen, sendJson } from './edge/http';
import { RequestLog } from './edge/requestLog';
import { Tokens } from './edge/tokens';
import { Vaults } from './edge/vault';
import * as guest from './guest';
import { sendPacket } from './packets';
import { tenantId } from './subscriptions';

export interface AzureOptions extends Partial<Omit<CloudOptions, 'guest'>> {
  /** Port of the ARM endpoint; 0 or absent: any free one. */
  port?: number;
  adminPort?: number;
  /** Simulated seconds per second; `max`: real speed, but leaping over every wait. */
  speed?: number | 'max';
  /** Folder for the CA file; a temporary one, removed at the end, if absent. */
  data?: string;
  guest?: CloudOptions['guest'];
}

/** Where everything is, as the command prints it. */
export interface AzureInfo {
  endpoint: string;
  /** Of Key Vaults, with `{vault}` for the name of one. */
  vaultUrl: string;
  caFile: string;
  tokenEndpoint: string;
  adminEndpoint: string;
  /** The one that is there from the start; the back door adds others. */
  subscriptionId: string;
}

export interface RunningAzure {
  info: AzureInfo;
  /** PEM of the CA that signed the endpoint's certificate. */
  ca: string;
  cloud: Cloud;
  clock: SimulatedClock;
  stop(): Promise<void>;
}

export const defaultSubscription = '5eed0000-0a11-4b2c-9d3e-000000000001';

/** Starts the simulated Azure: ARM over HTTPS; tokens and administration over HTTP; all on this machine only. */
export async function startAzure(options: AzureOptions = {}): Promise<RunningAzure> {
  const { port = 0, adminPort = 0, speed = 1, data, ...rest } = options;
  const cloud = new Cloud({
    subscriptionId: defaultSubscription,
    guest,
    seed: 1,
    start: Date.now(),
    ...rest,
  });
  cloud.send = (from, to, options) => sendPacket(cloud, from, to, options);
  const clock = new SimulatedClock(cloud, speed === 'max' ? 1 : speed, speed === 'max' ? 'jump' : 'rate');
  const parts: ArmParts = {
    cloud,
    access: new Access(),
    clock,
    faults: new Faults(cloud),
    deletions: new Deletions(),
    log: new RequestLog(),
    tokens: new Tokens(),
  };
  const vaults = new Vaults(parts.tokens, tenantId);
  const certificates = await makeCertificates(data);
  const arm = createHttpsServer({ key: certificates.key, cert: certificates.cert }, (incoming, outgoing) => {
    clock
      .whileWorking(() =>
        incoming.url?.startsWith('/vaults/')
          ? vaults.handle(incoming, outgoing)
          : handleArm(parts, incoming, outgoing),
      )
      .catch((error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        if (outgoing.headersSent) outgoing.destroy();
        else
          sendJson(outgoing, 500, {
            error: { code: 'InternalServerError', message: 'Encountered internal server error.' },
          });
      });
  });
  const admin = createHttpServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === '/msi/token') {
      const resource = url.searchParams.get('resource');
      const identity = incoming.headers['x-identity-header'];
      if (resource === null || typeof identity !== 'string') {
        sendJson(outgoing, 400, { statusCode: 400, message: 'resource and X-IDENTITY-HEADER are required.' });
      } else {
        sendJson(outgoing, 200, parts.tokens.issue(resource, tenantId, identity));
      }
    } else {
      void handleAdmin(parts, incoming, outgoing);
    }
  });
  const armPort = await listen(arm, port);
  const plainPort = await listen(admin, adminPort);
  cloud.endpoint = `https://127.0.0.1:${armPort}`;
  return {
    info: {
      endpoint: cloud.endpoint,
      vaultUrl: `${cloud.endpoint}/vaults/{vault}`,
      caFile: certificates.caFile,
      tokenEndpoint: `http://127.0.0.1:${plainPort}/msi/token`,
      adminEndpoint: `http://127.0.0.1:${plainPort}/admin`,
      subscriptionId: cloud.subscriptionId,
    },
    ca: certificates.ca,
    cloud,
    clock,
    stop: async () => {
      for (const server of [arm, admin]) {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
      }
      await certificates.discard();
    },
  };
}
