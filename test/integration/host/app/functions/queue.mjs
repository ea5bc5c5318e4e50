import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { app, output } from '@azure/functions';

// What ran is told to the test through a file: it outlives every process of the host.
export const note = (entry) => appendFileSync(process.env.NOTES, `${JSON.stringify(entry)}\n`);

app.storageQueue('inbox', {
  queueName: '%INBOX%',
  connection: 'AzureWebJobsStorage',
  handler: async (message, context) => {
    note({ inbox: message, dequeueCount: context.triggerMetadata.dequeueCount });
    if (message.fail) throw new Error('as asked');
    if (message.hang && context.triggerMetadata.dequeueCount === 1) await wait(60_000);
  },
});

const relay = output.storageQueue({ queueName: 'relayed', connection: 'AzureWebJobsStorage' });
app.http('relay', {
  authLevel: 'anonymous',
  methods: ['POST'],
  extraOutputs: [relay],
  handler: async (request, context) => {
    context.extraOutputs.set(relay, await request.json());
    return { status: 202 };
  },
});

app.storageQueue('relayed', {
  queueName: 'relayed',
  connection: 'AzureWebJobsStorage',
  handler: (message) => note({ relayed: message }),
});
