import { Problem } from '../../shared/api/problems';
import { records } from '../app';
import { ok } from './answer';
import { endpoint } from './endpoint';

/** Says that the app is up; contacts nothing. */
endpoint('getHealth', () => Promise.resolve(ok({ status: 'ok' })));

/** Says whether the app can work: its settings are right and its storage answers. Azure itself is not asked. */
endpoint('getReadiness', async (_request, context) => {
  try {
    await records().networks.get('any');
  } catch (error) {
    context.error('The app is not ready.', error);
    throw new Problem('not-ready', 'The settings are wrong, or the storage does not answer; see the log.');
  }
  return ok({ status: 'ready' });
});
