import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AdminClient } from './adminClient';
import { assigned } from './access';
import { AppClient } from './appClient';
import { ArmClient } from './armClient';
import { appIdentity, azureSettings, startAzure, type AzureEndpoints, type AzureOptions } from './azure';
import { startAzurite } from './azurite';
import type { Child } from './child';
import { startFunctionsHost, type FunctionsHost } from './host';
import { RequestQueue } from './requestQueue';

export interface SystemOptions extends AzureOptions {
  /** Folder for data, certificates and logs; made if absent. */
  folder: string;
  /** Port of the functions host; absent: any free one. */
  hostPort?: number;
  /** Certificates, in PEM, that the app trusts beside the simulated Azure's own. */
  trusted?: string;
  /** App settings besides those that point the app at the other parts. */
  settings?: Record<string, string>;
  /** Folder of the app; absent: the build. */
  app?: string;
}

/** The whole system on this machine: simulated Azure, storage emulator, functions host with the built app. */
export class System {
  readonly app = new AppClient(() => this.host);
  readonly admin: AdminClient;
  readonly arm: ArmClient;
  readonly queue: RequestQueue;

  private constructor(
    readonly azure: AzureEndpoints,
    readonly storageConnection: string,
    private readonly storage: Child,
    private readonly parts: Child[],
    private readonly launchHost: () => Promise<FunctionsHost>,
    /** The functions host that runs now. */
    public host: FunctionsHost,
  ) {
    this.admin = new AdminClient(azure.adminEndpoint);
    this.arm = new ArmClient(azure, (milliseconds) => this.passTime(milliseconds));
    this.queue = new RequestQueue(storageConnection);
  }

  /** Starts every part and waits until the app answers. Nothing is left running if one of them fails. */
  static async start(options: SystemOptions): Promise<System> {
    const logs = join(options.folder, 'logs');
    mkdirSync(logs, { recursive: true });
    const part = (name: string): [string, string] => [join(options.folder, name), join(logs, `${name}.log`)];
    const parts: Child[] = [];
    const keep = <T extends { child: Child }>(started: T): T => {
      parts.push(started.child);
      return started;
    };
    try {
      const [azure, storage] = await allSettled(
        startAzure(options, ...part('azure')).then(keep),
        startAzurite(...part('azurite')).then(keep),
      );
      const trusted = join(options.folder, 'trusted.pem');
      writeFileSync(trusted, `${readFileSync(azure.caFile, 'utf8')}\n${options.trusted ?? ''}`);
      await new AdminClient(azure.adminEndpoint).assign(
        appIdentity,
        assigned(`/subscriptions/${azure.subscriptionId}`),
      );
      // Whoever listens chooses its port: one that is free now may be taken by then. It keeps it from then on.
      let port = options.hostPort ?? 0;
      const [folder, logFile] = part('func');
      const launchHost = async (): Promise<FunctionsHost> => {
        const host = await startFunctionsHost({
          port,
          folder,
          logFile,
          clock: `${azure.adminEndpoint}/clock`,
          ...(options.app === undefined ? {} : { app: options.app }),
          settings: {
            ...azureSettings(azure),
            NODE_EXTRA_CA_CERTS: trusted,
            AzureWebJobsStorage: storage.connectionString,
            ...options.settings,
          },
        });
        port = Number(new URL(host.url).port);
        return host;
      };
      return new System(
        azure,
        storage.connectionString,
        storage.child,
        parts,
        launchHost,
        await launchHost(),
      );
    } catch (error) {
      await Promise.all(parts.map((child) => child.stop()));
      throw error;
    }
  }

  /** Resolves when the first part ends without being asked to, with a text that says which and why. */
  async broken(): Promise<string> {
    return await Promise.race([...this.parts, this.host.child].map((child) => child.ended()));
  }

  /** Ends the functions host and with it the app as a power cut would. */
  async killHost(): Promise<void> {
    await this.host.child.kill();
  }

  /** Starts the functions host again, with the same port and the same data. */
  async restartHost(): Promise<void> {
    this.host = await this.launchHost();
  }

  /** Ends the storage emulator, as an outage of the storage account would. */
  async stopStorage(): Promise<void> {
    await this.storage.stop();
  }

  /** Lets simulated time pass for somebody who waits outside the app, if the clock only moves by jumps. */
  async passTime(milliseconds: number): Promise<void> {
    const { mode, paused } = await this.admin.clock();
    if (mode === 'jump' && !paused) await this.admin.clock({ advanceBy: milliseconds });
  }

  /** Stops everything in order: first the app, so that it does not meet a missing storage or Azure. */
  async stop(): Promise<void> {
    await this.host.child.stop();
    await Promise.all(this.parts.map((child) => child.stop()));
  }
}

/** As Promise.all, but rejects only after each has ended, so that whatever was started is known. */
async function allSettled<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return await Promise.all([first, second]);
}
