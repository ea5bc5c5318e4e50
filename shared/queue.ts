import type { QueueClient } from '@azure/storage-queue';
import type { StorageSettings } from './config';

export const requestQueueName = 'host-requests';

/** Puts messages into the app's own queue, in the encoding that host.json tells its trigger. */
export interface RequestQueue {
  send(message: unknown): Promise<void>;
  /** Sends a text as it is. */
  sendText(text: string): Promise<void>;
  /** Real seconds since the oldest message that nobody has taken was put in; 0: none waits. `now`: epoch milliseconds. */
  oldestSeconds(now: number): Promise<number>;
}

/** As many as one request may ask for. The queue is nearly in order, so the oldest is among them. */
const mostPeeked = 32;

/** Nothing is loaded or contacted before the first message. */
export function createRequestQueue(settings: StorageSettings): RequestQueue {
  let opening: Promise<QueueClient> | undefined;
  const open = async (): Promise<QueueClient> => {
    const client = await connect(settings);
    await client.createIfNotExists();
    return client;
  };
  const opened = (): Promise<QueueClient> => {
    opening ??= open();
    // A failure is not kept: the next message tries again.
    opening.catch(() => (opening = undefined));
    return opening;
  };
  const sendText = async (text: string): Promise<void> => {
    await (await opened()).sendMessage(Buffer.from(text, 'utf8').toString('base64'));
  };
  return {
    sendText,
    send: (message) => sendText(JSON.stringify(message)),
    oldestSeconds: async (now) => {
      const { peekedMessageItems } = await (await opened()).peekMessages({ numberOfMessages: mostPeeked });
      const ages = peekedMessageItems.map(({ insertedOn }) => (now - insertedOn.getTime()) / 1_000);
      return Math.max(0, ...ages);
    },
  };
}

async function connect(settings: StorageSettings): Promise<QueueClient> {
  const { QueueClient } = await import('@azure/storage-queue');
  if (settings.kind === 'connectionString') {
    return new QueueClient(settings.connectionString, requestQueueName);
  }
  const { DefaultAzureCredential } = await import('@azure/identity');
  const credential = new DefaultAzureCredential(
    settings.clientId === undefined ? {} : { managedIdentityClientId: settings.clientId },
  );
  return new QueueClient(`${settings.queueServiceUri.replace(/\/+$/, '')}/${requestQueueName}`, credential);
}
