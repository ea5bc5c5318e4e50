import { group, tableId, TestCloud, vnetBody, vnetId } from '../support';
import { itRefuses } from './refused';

describe('Azure refuses', () => {
  itRefuses([
    {
      what: 'a resource without group',
      given: () => new TestCloud(),
      when: (test) => test.send('PUT', vnetId, vnetBody('10.0.0.0/16')),
      status: 404,
      code: 'ResourceGroupNotFound',
    },
    {
      what: 'a create without location',
      when: (test) => test.send('PUT', tableId, {}),
      status: 400,
      code: 'LocationRequired',
    },
    {
      what: 'an unknown type of resource',
      when: (test) => test.get(`${group}/providers/Microsoft.Storage/storageAccounts/x`),
      status: 404,
      code: 'NotFound',
    },
    {
      what: 'an api-version that is none',
      when: (test) => test.get(`${vnetId}?api-version=latest`),
      status: 400,
      code: 'InvalidApiVersionParameter',
    },
  ]);
});
