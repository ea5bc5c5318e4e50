import {
  compute,
  group,
  hop,
  network,
  nicBody,
  nicId,
  place,
  prefix,
  subnetId,
  tableId,
  vmBody,
  vmId,
  vnetBody,
  vnetId,
  withMachine,
  withNetwork,
  type Answer,
  type TestCloud,
} from '../support';

const runCommand = { location: 'westeurope', properties: { source: { script: 'x' }, asyncExecution: true } };

/** Which of the headers that steer a client an answer has. */
function steering({ headers }: Answer): string {
  return [
    ['Azure-AsyncOperation', 'async'],
    ['Location', 'location'],
    ['Retry-After', `retry ${headers['Retry-After']}`],
    ['ETag', 'etag'],
  ]
    .filter(([name]) => headers[name ?? ''] !== undefined)
    .map(([, word]) => word)
    .join(', ');
}

type Row = [
  what: string,
  status: number,
  headers: string,
  state: string | undefined,
  when: (t: TestCloud) => Answer,
];

const networkRows: Row[] = [
  ['PUT group, again', 200, '', 'Succeeded', (t) => t.send('PUT', group, place)],
  ['DELETE group', 202, 'location, retry 15', undefined, (t) => t.send('DELETE', group)],
  [
    'PUT network',
    201,
    'async',
    'Updating',
    (t) => t.send('PUT', `${network}/virtualNetworks/v2`, vnetBody('10.5.0.0/16')),
  ],
  ['GET network', 200, 'etag', 'Succeeded', (t) => t.get(vnetId)],
  ['PUT subnet', 201, 'async', 'Updating', (t) => t.send('PUT', subnetId('x'), prefix('10.0.2.0/24'))],
  [
    'PUT subnet, no change',
    200,
    'async',
    'Succeeded',
    (t) => t.send('PUT', subnetId('lan'), prefix('10.0.1.0/24')),
  ],
  [
    'PUT subnet, a change',
    200,
    'async',
    'Updating',
    (t) => t.send('PUT', subnetId('lan'), prefix('10.0.1.0/25')),
  ],
  ['DELETE subnet', 202, 'async, location, retry 10', undefined, (t) => t.send('DELETE', subnetId('lan'))],
  ['DELETE subnet that is not there', 204, '', undefined, (t) => t.send('DELETE', subnetId('x'))],
  ['PUT table', 201, 'async', 'Updating', (t) => t.send('PUT', tableId, place)],
  [
    'PUT route',
    201,
    'async',
    'Updating',
    (t) => {
      t.settle('PUT', tableId, place);
      return t.send('PUT', `${tableId}/routes/r`, hop('10.0.2.0/24', '10.0.1.4'));
    },
  ],
  [
    'PATCH table',
    200,
    '',
    'Succeeded',
    (t) => {
      t.settle('PUT', tableId, place);
      return t.send('PATCH', tableId, { tags: { a: 'b' } });
    },
  ],
  ['PUT interface', 201, '', 'Succeeded', (t) => t.send('PUT', nicId('n'), nicBody('lan'))],
  [
    'PUT interface, again',
    200,
    '',
    'Succeeded',
    (t) => {
      t.send('PUT', nicId('n'), nicBody('lan'));
      return t.send('PUT', nicId('n'), nicBody('lan'));
    },
  ],
  [
    'DELETE interface',
    202,
    'async, location, retry 10',
    undefined,
    (t) => {
      t.send('PUT', nicId('n'), nicBody('lan'));
      return t.send('DELETE', nicId('n'));
    },
  ],
  [
    'PUT machine',
    201,
    'async, retry 10, etag',
    'Creating',
    (t) => {
      t.send('PUT', nicId('n'), nicBody('lan'));
      return t.send('PUT', vmId('vm'), vmBody('vm', ['n']));
    },
  ],
];

const machineRows: Row[] = [
  [
    'PUT machine, again',
    200,
    'etag',
    'Updating',
    (t) => t.send('PUT', vmId('hv-01'), vmBody('hv-01', ['hv-01-nat', 'hv-01-lan'])),
  ],
  [
    'PATCH machine',
    200,
    'async, etag',
    'Updating',
    (t) => t.send('PATCH', vmId('hv-01'), { tags: { a: 'b' } }),
  ],
  [
    'PUT attached interface, a change',
    200,
    'async, retry 10',
    'Updating',
    (t) => t.send('PUT', nicId('hv-01-lan'), nicBody('lan', undefined, { enableIPForwarding: true })),
  ],
  [
    'POST restart',
    202,
    'async, location, retry 10',
    undefined,
    (t) => t.send('POST', `${vmId('hv-01')}/restart`),
  ],
  ['DELETE machine', 202, 'async, location, retry 10', undefined, (t) => t.send('DELETE', vmId('hv-01'))],
  [
    'PUT run command',
    201,
    'async',
    'Creating',
    (t) => t.send('PUT', `${vmId('hv-01')}/runCommands/x`, runCommand),
  ],
  [
    'DELETE run command',
    202,
    'async, location',
    undefined,
    (t) => {
      t.settle('PUT', `${vmId('hv-01')}/runCommands/x`, runCommand);
      return t.send('DELETE', `${vmId('hv-01')}/runCommands/x`);
    },
  ],
  [
    'PUT disk',
    202,
    'async, location, retry 2',
    'Updating',
    (t) =>
      t.send('PUT', `${compute}/disks/d`, {
        location: 'westeurope',
        properties: { creationData: { createOption: 'Empty' }, diskSizeGB: 8 },
      }),
  ],
];

describe('status, steering headers and state', () => {
  it.each(networkRows)('%s: %s (%s) %s', (_, status, headers, state, when) => {
    check(when(withNetwork()), status, headers, state);
  });
  it.each(machineRows)('%s: %s (%s) %s', (_, status, headers, state, when) => {
    check(when(withMachine()), status, headers, state);
  });

  function check(answer: Answer, status: number, headers: string, state: string | undefined): void {
    expect({
      status: answer.status,
      headers: steering(answer),
      state: answer.body.properties?.provisioningState,
    }).toEqual({ status, headers, state });
  }
});
