import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppClient } from './appClient';
import { startAzurite } from './azurite';
import type { Child } from './child';
import { startFunctionsHost, type FunctionsHost } from './host';

export interface AppSystemOptions {
  /** Folder for data and logs; made if absent. */
  folder: string;
  /** App settings that say which Azure it works on; none: the real one, as whoever is signed in. */
  settings: Record<string, string>;
  /** Clock of a simulated Azure; absent: the time of this machine. */
  clock?: string;
  /** Port of the functions host; absent: any free one. */
  hostPort?: number;
}

/** The built app with storage emulator and functions host, on an Azure that somebody else runs. */
export class AppSystem {
  readonly app = new AppClient(() => this.host);

  private constructor(
    readonly storageConnection: string,
    private readonly storage: Child,
    readonly host: FunctionsHost,
  ) {}

  /** Starts both parts and waits until the app answers. Nothing is left running if one of them fails. */
  static async start(options: AppSystemOptions): Promise<AppSystem> {
    const logs = join(options.folder, 'logs');
    mkdirSync(logs, { recursive: true });
    const { child, connectionString } = await startAzurite(
      join(options.folder, 'azurite'),
      join(logs, 'azurite.log'),
    );
    try {
      const host = await startFunctionsHost({
        port: options.hostPort ?? 0,
        folder: join(options.folder, 'func'),
        logFile: join(logs, 'func.log'),
        ...(options.clock === undefined ? {} : { clock: options.clock }),
        settings: { ...options.settings, AzureWebJobsStorage: connectionString },
      });
      return new AppSystem(connectionString, child, host);
    } catch (error) {
      await child.stop();
      throw error;
    }
  }

  /** Resolves when the first part ends without being asked to, with a text that says which and why. */
  async broken(): Promise<string> {
    return await Promise.race([this.storage, this.host.child].map((child) => child.ended()));
  }

  /** Stops the app first, so that it does not meet a missing storage. */
  async stop(): Promise<void> {
    await this.host.child.stop();
    await this.storage.stop();
  }
}
