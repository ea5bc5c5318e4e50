import { ok } from './answer';
import { endpoint } from './endpoint';

/** Says that the app is up; contacts nothing. */
endpoint('getHealth', () => Promise.resolve(ok({ status: 'ok' })));
