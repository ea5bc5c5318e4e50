import {
  group,
  nicBody,
  nicId,
  place,
  prefix,
  subnetId,
  vnetBody,
  vnetId,
  withMachine,
  withNetwork,
} from '../support';

describe('operations', () => {
  it('run, then succeed, and only for whoever brings the URL back unchanged', () => {
    const test = withNetwork();
    const put = test.send('PUT', subnetId('x'), prefix('10.0.2.0/24'));
    const url = put.headers['Azure-AsyncOperation'] ?? '';
    expect(url.length).toBeGreaterThan(2300);
    const running = test.poll(put);
    expect([running.status, running.body.status, running.headers['Retry-After']]).toEqual([
      200,
      'InProgress',
      '10',
    ]);
    expect(test.get(vnetId).body.properties).toMatchObject({ provisioningState: 'Updating' });
    test.pass(60);
    expect(test.poll(put).body).toEqual({ status: 'Succeeded' });
    expect(test.get(subnetId('x')).body.properties).toMatchObject({ provisioningState: 'Succeeded' });
    expect(test.send('GET', url.replace(/&s=[^&]*/, '&s=x')).status).toBe(403);
    expect(test.send('GET', url.replace(/[0-9a-f]{12}\?/, '000000000000?')).status).toBe(404);
  });

  it('answer 200 when they failed, and leave the resource failed', () => {
    const test = withNetwork();
    const fault = { status: 'Failed', code: 'InternalServerError', message: 'An error occurred.' } as const;
    const put = test.settle('PUT', subnetId('x'), prefix('10.0.2.0/24'), { fault });
    const poll = test.poll(put);
    expect(poll.status).toBe(200);
    expect(poll.body).toEqual({
      status: 'Failed',
      error: { code: 'InternalServerError', message: 'An error occurred.', details: [] },
    });
    expect(test.get(subnetId('x')).body.properties).toMatchObject({ provisioningState: 'Failed' });
  });

  it('on a subnet are canceled by a PUT of the network', () => {
    const test = withNetwork();
    const put = test.send('PUT', subnetId('x'), prefix('10.0.2.0/24'));
    test.settle('PUT', vnetId, vnetBody('10.0.0.0/22'));
    expect(test.poll(put).body).toMatchObject({
      status: 'Canceled',
      error: { code: 'Canceled', details: [{ code: 'CanceledAndSupersededDueToAnotherOperation' }] },
    });
  });

  it('of a deletion give 202 at their Location until the end', () => {
    const test = withNetwork();
    const removed = test.send('DELETE', subnetId('lan'));
    const location = removed.headers.Location ?? '';
    expect(test.get(location).status).toBe(202);
    test.pass(60);
    expect(test.get(location).status).toBe(204);
  });

  it('of a group deletion end with 409 in title case if something outside uses a subnet', () => {
    const test = withMachine();
    test.send('PUT', `${group}2`, place);
    test.send('PUT', nicId('x').replace('/rg/', '/rg2/'), nicBody('lan'));
    const removed = test.settle('DELETE', group);
    const blocked = test.get(removed.headers.Location ?? '');
    expect(blocked.status).toBe(409);
    expect(blocked.body).toMatchObject({ Error: { Code: 'ResourceGroupDeletionBlocked', Target: null } });
    test.settle('DELETE', nicId('x').replace('/rg/', '/rg2/'));
    const again = test.settle('DELETE', group);
    expect(test.get(again.headers.Location ?? '')).toMatchObject({ status: 200, body: {} });
    expect(test.get(vnetId).body).toMatchObject({ error: { code: 'ResourceGroupNotFound' } });
  });
});
