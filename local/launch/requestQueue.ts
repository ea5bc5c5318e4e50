import { QueueClient } from '@azure/storage-queue';

/** The queue of the app, as a sender sees it. */
export class RequestQueue {
  readonly #queue: QueueClient;

  constructor(connectionString: string, name = 'host-requests') {
    this.#queue = new QueueClient(connectionString, name);
  }

  /** Sends one message, base64 as the app's host.json says. A string is sent as it is. */
  async send(message: unknown): Promise<void> {
    await this.#queue.createIfNotExists();
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    await this.#queue.sendMessage(Buffer.from(text, 'utf8').toString('base64'));
  }

  /** Messages waiting or being worked on. */
  async length(): Promise<number> {
    return (await this.#queue.getProperties()).approximateMessagesCount ?? 0;
  }
}
