import { app } from '@azure/functions';
import { ok } from './answer';

/** Says that the app is up; contacts nothing. */
app.http('getHealth', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'v1/health',
  handler: () => ok({ status: 'ok' }),
});
