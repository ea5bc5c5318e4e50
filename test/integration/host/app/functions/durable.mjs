import { app } from '@azure/functions';
import * as df from 'durable-functions';
import { note } from './queue.mjs';

const add = df.app.activity('add', { handler: ([a, b]) => a + b });

const statusOf = df.app.activity('statusOf', {
  extraInputs: [df.input.durableClient()],
  handler: async (id, context) => (await df.getClient(context).getStatus(id)).name,
});

df.app.orchestration('sum', function* (context) {
  let total = 0;
  for (const number of context.df.getInput()) total = yield add([total, number]);
  return { total, name: yield statusOf(context.df.instanceId) };
});

df.app.orchestration('waiting', function* (context) {
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 3_600_000));
  return context.df.currentUtcDateTime.getTime();
});

app.http('startSum', {
  authLevel: 'anonymous',
  route: 'start/{name}',
  methods: ['POST'],
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const id = await client.startNew(request.params.name, { input: await request.json() });
    return client.createCheckStatusResponse(request, id);
  },
});

app.hook.preInvocation((context) => {
  if (context.invocationContext.functionName === 'nothing') note({ hook: 'preInvocation' });
});
