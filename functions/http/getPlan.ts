import { durableEndpoint } from './endpoint';
import { answerDocument } from './reading';

export const planPath = (id: string) => `/api/v1/plans/${id}`;

/** What an earlier dry run found. */
durableEndpoint('getPlan', async (request, client) => {
  const id = request.params['id'] ?? '';
  return answerDocument(client, 'plan', { id, location: planPath(id), unknown: 'unknown-plan' });
});
