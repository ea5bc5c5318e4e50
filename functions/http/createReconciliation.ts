import { Problem } from '../../shared/api/problems';
import { reconciliationRequest } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { requestedRun } from '../../shared/reconcile/runId';
import { records } from '../app';
import { reconcilableNetworks, reconcile } from '../reconciliation';
import { accepted } from './answer';
import { durableEndpoint } from './endpoint';
import { callerOf, jsonBody } from './request';

const path = '/api/v1/reconciliations';

durableEndpoint('createReconciliation', async (request, client) => {
  const { network, dryRun, verifyGuests } = validate(reconciliationRequest, await jsonBody(request, {}));
  if (network !== undefined && !(await records().networks.get(network))) {
    throw new Problem('unknown-network', `There is no network ${network}.`);
  }
  const networks = network === undefined ? await reconcilableNetworks() : [network];
  const asked = new Date();
  const started = await reconcile(client, networks, (name) => requestedRun(name, asked), {
    caller: callerOf(request).id,
    ...(dryRun === undefined ? {} : { dryRun }),
    ...(verifyGuests === undefined ? {} : { verifyGuests }),
  });
  const views = started.map((run) => ({ ...run, status: 'running', href: `${path}/${run.id}` }));
  const [only] = views;
  return network !== undefined && only
    ? accepted(only.href, only)
    : accepted(path, { reconciliations: views });
});
