import type { QueueClient } from '@azure/storage-queue';
import type { StorageSettings } from './config';

export const requestQueueName = 'host-requests';

/** Puts messages into the app's own queue, in the encoding that host.json tells its trigger. */
export interface RequestSender {
  send(message: unknown): Promise<void>;
  /** Sends a text as it is. */
  sendText(text: string): Promise<void>;
}

/** Nothing is loaded or contacted before the first message. */
export function createRequestSender(settings: StorageSettings): RequestSender {
  let opening: Promise<QueueClient> | undefined;
  const open = async (): Promise<QueueClient> => {
    const client = await connect(settings);
    await client.createIfNotExists();
    return client;
  };
  const sendText = async (text: string): Promise<void> => {
    opening ??= open();
    // A failure is not kept: the next message tries again.
    opening.catch(() => (opening = undefined));
    const client = await opening;
    await client.sendMessage(Buffer.from(text, 'utf8').toString('base64'));
  };
  return { sendText, send: (message) => sendText(JSON.stringify(message)) };
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
