import { hostView, networkView, operationView } from '../../../shared/api/views';
import { definitionOn } from '../../integration/records/door';

const operation = {
  id: 'op',
  kind: 'provision',
  network: 'net',
  host: 'hv-01',
  status: 'running',
  caller: 'queue',
  fingerprint: 'f',
  request: { kind: 'teardown', force: false, keepDisks: false },
  createdAt: '2026-11-22T12:00:00.000Z',
} as const;
const steps = (status: 'running' | 'done') => [{ name: 'plan', status }];

describe('views', () => {
  it('show live steps of a running operation and its own of a finished one, and nothing internal', () => {
    expect(operationView(operation, steps('running'))).toEqual({
      id: 'op',
      kind: 'provision',
      network: 'net',
      host: 'hv-01',
      status: 'running',
      caller: 'queue',
      createdAt: operation.createdAt,
      steps: steps('running'),
    });
    const finished = { ...operation, finishedAt: operation.createdAt, steps: steps('done') };
    expect(operationView(finished, steps('running')).steps).toEqual(steps('done'));
    expect(operationView(operation).steps).toEqual([]);
    const evidence = { purpose: 'undo' as const, proof: ['tags'] };
    const warrant = { operation: 'op', resourceId: '/a', requestId: 'r', issuedAt: operation.createdAt };
    expect(operationView(operation, [], [{ ...warrant, evidence }]).warrants).toEqual([
      { ...warrant, ...evidence },
    ]);
  });

  it('count prefixes of a network', () => {
    const definition = definitionOn('v');
    const ledger = ['10.0.2.0/24', '10.0.3.0/29'].map((ghostedPrefix) => ({ ghostedPrefix }) as never);
    const record = {
      name: 'net',
      definition,
      state: 'ready',
      operation: 'op',
      updatedAt: operation.createdAt,
    } as const;
    const nobody = { ranges: [], addresses: [] };
    expect(networkView(record, ledger, nobody).occupancy).toEqual({
      pools: [{ prefix: '10.0.2.0/23', total: 2, used: 2, foreign: 0 }],
      foreign: nobody,
    });
    const foreign = { ranges: [{ prefix: '10.0.3.128/26', by: '/theirs' }], addresses: [] };
    expect(networkView(record, ledger.slice(0, 1), foreign).occupancy).toEqual({
      pools: [{ prefix: '10.0.2.0/23', total: 2, used: 2, foreign: 1 }],
      foreign,
    });
  });

  it('call the claim of a host its operation and hide the fingerprint', () => {
    const host = {
      network: 'net',
      name: 'hv-01',
      state: 'provisioning',
      specFingerprint: 'f',
      claim: 'op',
      spec: { size: 's', image: definitionOn('v').hosts.image, adminUsername: 'a', osDiskSizeGb: 128 },
      updatedAt: operation.createdAt,
    } as const;
    const { specFingerprint: _, claim: operationId, ...rest } = host;
    expect(hostView(host)).toEqual({ ...rest, operation: operationId });
  });
});
