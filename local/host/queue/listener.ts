import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import { WorkerLost } from '../../durable';
import type { TypedData } from '../messages';
import type { QueueSettings } from '../settings';
import {
  decodeMessage,
  nextPollDelay,
  onAttempt,
  onReceived,
  type Attempt,
  type Disposition,
} from './message';

export interface QueueListenerOptions {
  queue: QueueClient;
  poison: QueueClient;
  settings: QueueSettings;
  run(input: TypedData, triggerMetadata: Record<string, TypedData>): Promise<unknown>;
  log: (line: string) => void;
}

/** Seconds a received message stays hidden; renewed while it is being worked on, so that only a dead host lets it lapse. */
const leaseSeconds = 10;
/** Ms a poll may still take when the listener stops: messages on their way to us would be hidden from everybody. */
const pollGrace = 500;

/** Feeds the messages of one queue to one function: several at a time, each deleted, retried or moved to `<queue>-poison`. */
export class QueueListener {
  private readonly active = new Set<Promise<void>>();
  private stopped = false;
  private readonly cut = new AbortController();
  private failing = false;
  private wakeUp: (() => void) | undefined;
  private wanted = false;
  private emptyAt = -Infinity;
  private loop: Promise<void> | undefined;

  constructor(private readonly options: QueueListenerOptions) {}

  start(): void {
    this.loop = this.poll();
  }

  /** Takes no more messages; resolves when the poll under way has ended or been cut off. Attempts under way go on. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    const cut = setTimeout(() => this.cut.abort(), pollGrace);
    await this.loop;
    clearTimeout(cut);
  }

  /** Whether a poll begun after `t` (performance.now) found nothing and nothing runs; if not known, polls soon. */
  emptySince(t: number): boolean {
    if (this.active.size > 0) return false;
    if (this.emptyAt >= t) return true;
    this.wake();
    return false;
  }

  private wake(): void {
    this.wanted = true;
    this.wakeUp?.();
  }

  private async poll(): Promise<void> {
    const {
      batchSize,
      newBatchThreshold = Math.floor(batchSize / 2),
      maxPollingInterval,
    } = this.options.settings;
    let delay: number | undefined;
    while (!this.stopped) {
      this.wanted = false;
      const startedAt = performance.now();
      const messages = await this.receive(batchSize);
      for (const message of messages) this.track(this.process(message));
      if (messages.length > 0) {
        delay = undefined;
        while (!this.stopped && this.active.size > newBatchThreshold) await Promise.race(this.active);
        continue;
      }
      if (!this.failing) this.emptyAt = startedAt;
      delay = nextPollDelay(delay, maxPollingInterval);
      await this.rest(delay);
    }
  }

  private rest(delay: number): Promise<void> {
    if (this.wanted || this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.wakeUp = undefined;
        resolve();
      };
      const timer = setTimeout(done, delay);
      this.wakeUp = done;
    });
  }

  private track(work: Promise<void>): void {
    const tracked = work.finally(() => this.active.delete(tracked));
    this.active.add(tracked);
  }

  private async receive(numberOfMessages: number): Promise<DequeuedMessageItem[]> {
    try {
      const { receivedMessageItems } = await this.options.queue.receiveMessages({
        numberOfMessages,
        visibilityTimeout: leaseSeconds,
        abortSignal: this.cut.signal,
      });
      this.failing = false;
      return receivedMessageItems;
    } catch (error) {
      // A queue nobody has created yet is an empty one.
      if (statusOf(error) === 404) return [];
      // Said once, not at every poll until the storage is back.
      if (!this.failing && !this.stopped)
        this.options.log(`Polling ${this.options.queue.name} failed: ${String(error)}`);
      this.failing = true;
      return [];
    }
  }

  private async process(message: DequeuedMessageItem): Promise<void> {
    const { maxDequeueCount } = this.options.settings;
    let { popReceipt } = message;
    try {
      let disposition: Disposition = onReceived(message.dequeueCount, maxDequeueCount);
      if (disposition === 'run') {
        const lease = this.keepHidden(message, (renewed) => (popReceipt = renewed));
        const attempt = await this.attempt(message);
        await lease.end();
        disposition = onAttempt(attempt, message.dequeueCount, maxDequeueCount);
      }
      await this.dispose(disposition, { ...message, popReceipt });
    } catch (error) {
      // It becomes visible again by itself and is tried once more.
      this.options.log(`Message ${message.messageId} of ${this.options.queue.name}: ${String(error)}`);
    }
  }

  private async attempt(message: DequeuedMessageItem): Promise<Attempt> {
    const text = decodeMessage(message.messageText, this.options.settings.messageEncoding);
    const time = (date: Date): TypedData => ({ json: JSON.stringify(date) });
    try {
      await this.options.run(
        { string: text },
        {
          QueueTrigger: { string: text },
          Id: { string: message.messageId },
          PopReceipt: { string: message.popReceipt },
          DequeueCount: { int: message.dequeueCount },
          InsertionTime: time(message.insertedOn),
          ExpirationTime: time(message.expiresOn),
          NextVisibleTime: time(message.nextVisibleOn),
        },
      );
      return 'succeeded';
    } catch (error) {
      return error instanceof WorkerLost ? 'lost' : 'failed';
    }
  }

  private keepHidden(
    message: DequeuedMessageItem,
    renewed: (popReceipt: string) => void,
  ): { end(): Promise<void> } {
    let { popReceipt } = message;
    let renewal: Promise<void> = Promise.resolve();
    const timer = setInterval(
      () => {
        renewal = renewal.then(async () => {
          const { queue, log } = this.options;
          try {
            const answer = await queue.updateMessage(message.messageId, popReceipt, undefined, leaseSeconds);
            popReceipt = answer.popReceipt ?? popReceipt;
            renewed(popReceipt);
          } catch (error) {
            log(`Renewing message ${message.messageId} of ${queue.name} failed: ${String(error)}`);
          }
        });
      },
      (leaseSeconds * 1000) / 3,
    );
    return {
      end: () => {
        clearInterval(timer);
        return renewal;
      },
    };
  }

  private async dispose(disposition: Disposition, message: DequeuedMessageItem): Promise<void> {
    const { queue, poison, settings, log } = this.options;
    const { messageId, popReceipt, messageText } = message;
    switch (disposition) {
      case 'poison':
        log(
          `Message has reached MaxDequeueCount of ${settings.maxDequeueCount}. Moving message to queue '${poison.name}'.`,
        );
        await poison.createIfNotExists();
        await poison.sendMessage(messageText, { messageTimeToLive: -1 });
        await queue.deleteMessage(messageId, popReceipt);
        break;
      case 'delete':
        await queue.deleteMessage(messageId, popReceipt);
        break;
      case 'retry':
        await queue.updateMessage(
          messageId,
          popReceipt,
          undefined,
          Math.ceil(settings.visibilityTimeout / 1000),
        );
        break;
      case 'release':
        await queue.updateMessage(messageId, popReceipt, undefined, 0);
        break;
      case 'run':
        break;
    }
  }
}

function statusOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
}
