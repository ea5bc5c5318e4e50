import { isChange, isQuestion } from '../../../local/azure/edge/questions';

const nic = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/n';

it.each<[string, string, boolean, boolean]>([
  ['POST', `${nic}/effectiveRouteTable`, true, false],
  ['POST', `${nic}/EFFECTIVEROUTETABLE`, true, false],
  ['POST', `${nic}/effectiveNetworkSecurityGroups`, true, false],
  ['POST', '/subscriptions/s/providers/Microsoft.PolicyInsights/checkPolicyRestrictions', true, false],
  [
    'POST',
    '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v/restart',
    false,
    true,
  ],
  ['POST', `${nic}/effectiveRouteTable/delete`, false, true],
  ['PUT', `${nic}/effectiveRouteTable`, false, true],
  ['PUT', nic, false, true],
  ['PATCH', nic, false, true],
  ['DELETE', nic, false, true],
  ['GET', nic, false, false],
  ['HEAD', nic, false, false],
])('%s %s: a question is %s, a change %s', (method, path, question, change) => {
  expect([isQuestion({ method, path }), isChange({ method, path })]).toEqual([question, change]);
});
