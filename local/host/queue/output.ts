import { textOption, type AppFunction } from '../appFunction';
import type { InvocationResponse, TypedData } from '../messages';
import { resolveSettings, type QueueSettings } from '../settings';
import { queueService } from './connection';
import { encodeMessage } from './message';

/** The texts one output value stands for: an array is one message per element, an object its JSON. */
export function outputMessages(value: TypedData | null | undefined): string[] {
  if (!value) return [];
  if (value.string !== undefined) return [value.string];
  if (value.bytes !== undefined) return [Buffer.from(value.bytes).toString()];
  if (value.json === undefined)
    return value.int !== undefined || value.double !== undefined ? [String(value.int ?? value.double)] : [];
  const parsed: unknown = JSON.parse(value.json);
  if (!Array.isArray(parsed)) return [value.json];
  return parsed.map((element: unknown) => (typeof element === 'string' ? element : JSON.stringify(element)));
}

/** Sends what a function gave to its queue output bindings, creating a queue that is missing. */
export async function deliverQueueOutputs(
  fn: AppFunction,
  response: InvocationResponse,
  { settings, queues }: { settings: Record<string, string>; queues: QueueSettings },
): Promise<void> {
  for (const [name, binding] of Object.entries(fn.metadata.bindings)) {
    if (binding.type?.toLowerCase() !== 'queue' || binding.direction !== 'out') continue;
    const data =
      name === '$return' ? response.returnValue : response.outputData?.find((o) => o.name === name)?.data;
    const messages = outputMessages(data);
    if (messages.length === 0) continue;
    const service = await queueService(settings, textOption(binding, 'connection') || 'AzureWebJobsStorage');
    const queue = service.getQueueClient(resolveSettings(settings, textOption(binding, 'queueName') ?? ''));
    await queue.createIfNotExists();
    for (const text of messages) await queue.sendMessage(encodeMessage(text, queues.messageEncoding));
  }
}
