const { app } = require('@azure/functions');

app.setup({ enableHttpStream: true });

app.http('upper', {
  authLevel: 'anonymous',
  methods: ['POST'],
  route: 'upper/{name}',
  handler: async (request) => {
    let text = '';
    for await (const chunk of request.body) text += Buffer.from(chunk).toString().toUpperCase();
    return { status: 201, body: text, headers: { 'x-name': request.params.name, 'x-url': request.url } };
  },
});

app.http('broken', {
  authLevel: 'anonymous',
  handler: () => {
    throw new Error('as asked');
  },
});
