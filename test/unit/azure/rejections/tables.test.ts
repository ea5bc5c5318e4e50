import { hop, prefix, subnetId, tableId, withTable } from '../support';
import { itRefuses } from './refused';

describe('Azure refuses', () => {
  itRefuses([
    {
      what: 'deleting an associated route table',
      given: withTable,
      when: (test) => {
        test.settle('PUT', subnetId('lan'), prefix('10.0.1.0/24', { routeTable: { id: tableId } }));
        return test.send('DELETE', tableId);
      },
      status: 400,
      code: 'InUseRouteTableCannotBeDeleted',
      says: /^Route table table is in use and cannot be deleted\.$/,
    },
    {
      what: 'a second route for the same prefix',
      given: withTable,
      when: (test) => {
        test.settle('PUT', `${tableId}/routes/a`, hop('10.0.2.0/24', '10.0.1.4'));
        return test.send('PUT', `${tableId}/routes/b`, hop('10.0.2.0/24', '10.0.1.5'));
      },
      status: 400,
      code: 'RouteConflict',
    },
    {
      what: 'a route to an appliance without address',
      given: withTable,
      when: (test) => test.send('PUT', `${tableId}/routes/a`, hop('10.0.2.0/24', 'nowhere')),
      status: 400,
      code: 'RouteInvalidNextHopIpAddress',
    },
    {
      what: 'a second write on a table while the first runs',
      given: withTable,
      when: (test) => {
        test.send('PUT', `${tableId}/routes/a`, hop('10.0.2.0/24', '10.0.1.4'));
        return test.send('PUT', `${tableId}/routes/b`, hop('10.10.0.0/24', '10.0.1.5'));
      },
      status: 409,
      code: 'AnotherOperationInProgress',
    },
    {
      what: 'an existing name in another region',
      given: withTable,
      when: (test) => test.send('PUT', tableId, { location: 'northeurope' }),
      status: 409,
      code: 'InvalidResourceLocation',
    },
  ]);
});
