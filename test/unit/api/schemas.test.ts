import fc from 'fast-check';
import { Problem } from '../../../shared/api/problems';
import {
  hostRequest,
  batchPageQuery,
  idempotencyKey,
  networkDefinition,
  queueMessage,
  teardownQuery,
} from '../../../shared/api/schemas';
import { validate } from '../../../shared/api/validate';
import { definitionFindings } from '../../../shared/network/findings';

const errorsOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error.toDetails().errors;
    throw error;
  }
  throw new Error('It was accepted.');
};
const pointersOf = (work: () => unknown) => errorsOf(work)?.map(({ pointer }) => pointer);

describe('host request', () => {
  const request = { network: 'Nested-Fun', name: 'HV-01' };

  it('is lower-cased and filled', () => {
    expect(validate(hostRequest, request)).toEqual({
      network: 'nested-fun',
      name: 'hv-01',
      onFailure: 'undo',
    });
  });

  it.each(['a', 'hv-01', '1a', 'abcdefghijklmno', 'A-B'])('takes the name %s', (name) => {
    expect(validate(hostRequest, { ...request, name }).name).toBe(name.toLowerCase());
  });

  it.each(['', '-a', 'a-', '12345', 'abcdefghijklmnop', 'a_b', 'a.b', 'a b', 'ä', 'a/b', 7, null, undefined])(
    'refuses the name %p',
    (name) => {
      expect(pointersOf(() => validate(hostRequest, { ...request, name }))).toEqual(['/name']);
    },
  );

  it.each(['10.0.2.7/24', '10.0.2.0', '10.0.2.0/30', '10.0.0.0/8', 'x', 4])(
    'refuses the prefix %p',
    (ghostedPrefix) => {
      expect(pointersOf(() => validate(hostRequest, { ...request, ghostedPrefix }))).toEqual([
        '/ghostedPrefix',
      ]);
    },
  );

  it('names every mistake and escapes pointers', () => {
    const bad = { name: 'a_b', size: '', onFailure: 'explode', 'x/y~z': 1 };
    expect(pointersOf(() => validate(hostRequest, bad))?.sort()).toEqual(
      ['/name', '/network', '/onFailure', '/size', '/x~1y~0z'].sort(),
    );
    expect(errorsOf(() => validate(hostRequest, bad))).toContainEqual({
      pointer: '/network',
      detail: 'Required.',
    });
  });

  it('answers any JSON with a problem or a valid request, never with another error', () => {
    const almost = fc.record(
      {
        network: fc.oneof(fc.constant('net'), fc.jsonValue()),
        name: fc.oneof(fc.constant('hv'), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), almost), (value) => {
        for (const schema of [hostRequest, networkDefinition, queueMessage, teardownQuery]) {
          try {
            validate(schema, value, schema === networkDefinition ? definitionFindings : undefined);
          } catch (error) {
            expect(error).toBeInstanceOf(Problem);
          }
        }
      }),
    );
  });
});

describe('network definition', () => {
  const definition = {
    subscriptionId: '5eed0000-0a11-4b2c-9d3e-000000000001',
    resourceGroup: 'nested-hosts',
    location: 'westeurope',
    virtualNetwork: { name: 'Nested-Fun', create: true, addressSpaces: ['10.0.0.0/22'] },
    natSubnet: { name: 'NAT', prefix: '10.0.0.0/24', create: true },
    lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.0.1.0/24' },
    ghosted: { pools: ['10.0.2.0/24'] },
  };
  const read = (value: unknown) => validate(networkDefinition, value, definitionFindings);

  it('gets its defaults', () => {
    expect(read(definition)).toMatchObject({
      lanSubnet: { create: false },
      ghosted: { prefixLength: 24 },
      routedSubnets: [],
      outbound: { kind: 'existing' },
      dnsServers: [],
      routeTable: 'Routes-for-nested-VMs',
      hosts: {
        resourceGroup: 'nested-hosts',
        size: 'Standard_D4s_v5',
        image: {
          publisher: 'MicrosoftWindowsServer',
          offer: 'WindowsServer',
          sku: '2022-datacenter-g2',
          version: 'latest',
        },
        adminUsername: 'hostadmin',
        osDiskSizeGb: 128,
      },
    });
  });

  const network = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network';
  const spoke = `${network}/virtualNetworks/Spoke/subnets/Apps`;

  it('takes VNets and subnets by id, and everything that hosts and created subnets may get', () => {
    const group = `${network}/networkSecurityGroups/closed`;
    const more = {
      virtualNetwork: {
        id: '/subscriptions/5eed0000-0a11-4b2c-9d3e-000000000001/resourceGroups/other/providers/Microsoft.Network/virtualNetworks/Nested-Fun',
        addressSpaces: ['10.0.0.0/22'],
      },
      natSubnet: { ...definition.natSubnet, networkSecurityGroupId: group },
      ghosted: { pools: ['10.0.2.0/24'], networkSecurityGroupId: group },
      routedSubnets: [
        { id: spoke, prefix: '10.20.0.0/24' },
        { name: 'Azure-VMs', prefix: '10.0.3.0/24', via: 'appliance' },
      ],
      outbound: { kind: 'publicIp' },
      extraPrefixes: ['192.168.0.0/16'],
      natPrefixes: ['10.0.0.0/26'],
      dnsSuffix: 'corp.example',
      tags: { costCentre: '4711' },
      hosts: {
        zone: '2',
        acceleratedNetworking: true,
        licenseType: 'Windows_Server',
        patchMode: 'AutomaticByPlatform',
        dataDiskSizeGb: 1024,
        securityType: 'TrustedLaunch',
        metadataProtection: 'filters',
      },
    };
    const read1 = read({ ...definition, ...more });
    expect(read1).toMatchObject({ ...more, virtualNetwork: { name: 'Nested-Fun', resourceGroup: 'other' } });
    expect(read1.routedSubnets).toMatchObject([
      { id: spoke, name: 'Apps', via: 'host', bypassInspection: false, create: false },
      { name: 'Azure-VMs', via: 'appliance' },
    ]);
  });

  it.each<[string, object, string]>([
    [
      'a hub of Virtual WAN',
      { routedSubnets: [{ id: `${network}/virtualHubs/hub`, prefix: '10.0.3.0/24' }] },
      '/routedSubnets/0/id',
    ],
    [
      'no subnet',
      { routedSubnets: [{ id: `${network}/virtualNetworks/v`, prefix: '10.0.3.0/24' }] },
      '/routedSubnets/0/id',
    ],
    [
      'two names',
      { routedSubnets: [{ id: spoke, name: 'Other', prefix: '10.9.0.0/24' }] },
      '/routedSubnets/0/name',
    ],
    ['no name', { routedSubnets: [{ prefix: '10.0.3.0/24' }] }, '/routedSubnets/0/name'],
    ['a VNet without name', { virtualNetwork: { addressSpaces: ['10.0.0.0/22'] } }, '/virtualNetwork/name'],
    [
      'another way',
      { routedSubnets: [{ name: 'A', prefix: '10.0.3.0/24', via: 'magic' }] },
      '/routedSubnets/0/via',
    ],
    [
      'an NSG that is none',
      { lanSubnet: { ...definition.lanSubnet, networkSecurityGroupId: 'x' } },
      '/lanSubnet/networkSecurityGroupId',
    ],
    ['tags of the app', { tags: { 'nested-hosts-network': 'mine' } }, '/tags/nested-hosts-network'],
    ['a zone that is none', { hosts: { zone: '4' } }, '/hosts/zone'],
    ['a suffix that is none', { dnsSuffix: 'a..b' }, '/dnsSuffix'],
    ['another protection', { hosts: { metadataProtection: 'off' } }, '/hosts/metadataProtection'],
    ['another security type', { hosts: { securityType: 'ConfidentialVM' } }, '/hosts/securityType'],
  ])('refuses %s', (_what, change, pointer) => {
    expect(pointersOf(() => read({ ...definition, ...change }))).toEqual([pointer]);
  });

  it('names mistakes of shape and of meaning together', () => {
    const bad = {
      ...definition,
      location: 'West Europe',
      colour: 'blue',
      outbound: { kind: 'natGateway', id: 'x' },
      lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.0.0.0/25' },
      hosts: { size: 'Standard_B2s', adminUsername: 'Administrator' },
    };
    expect(pointersOf(() => read(bad))?.sort()).toEqual(
      [
        '/location',
        '/colour',
        '/outbound/id',
        '/lanSubnet/prefix',
        '/hosts/size',
        '/hosts/adminUsername',
      ].sort(),
    );
  });
});

describe('queue message', () => {
  const message = { schemaVersion: 1, kind: 'provision', requestId: 'r-1', network: 'net', name: 'hv-01' };

  it('carries the fields of the HTTP request', () => {
    expect(validate(queueMessage, message)).toEqual({ ...message, onFailure: 'undo' });
    const teardown = { ...message, kind: 'teardown', force: true };
    expect(validate(queueMessage, teardown)).toEqual({ ...teardown, keepDisks: false });
    const release = { ...teardown, keepDisks: false, keepVirtualMachine: true };
    expect(validate(queueMessage, release)).toEqual(release);
    const repair = { ...message, kind: 'repair', ticket: 'T', metadataProtection: 'filters' };
    expect(validate(queueMessage, repair)).toEqual({ ...repair, allowInterruption: false });
  });

  it.each<[string, object, string]>([
    ['another version', { schemaVersion: 2 }, '/schemaVersion'],
    ['another kind', { kind: 'explode' }, '/kind'],
    ['a field of the other kind', { force: true }, '/force'],
    ['no request id', { requestId: undefined }, '/requestId'],
  ])('is refused with %s', (_what, change, pointer) => {
    expect(pointersOf(() => validate(queueMessage, { ...message, ...change }))).toEqual([pointer]);
  });
});

describe('parameters', () => {
  it('knows the states of a row', () => {
    expect(validate(batchPageQuery, { status: 'poisoned' })).toMatchObject({ status: 'poisoned' });
    expect(pointersOf(() => validate(batchPageQuery, { status: 'suceeded' }))).toEqual(['/status']);
  });

  it('reads flags of a teardown', () => {
    expect(validate(teardownQuery, { force: 'true' })).toEqual({ force: true, keepDisks: false });
    expect(validate(teardownQuery, { keepVirtualMachine: 'true' })).toMatchObject({
      keepVirtualMachine: true,
    });
    expect(pointersOf(() => validate(teardownQuery, { force: 'yes', x: '1' }))).toEqual(['/force', '/x']);
  });

  it.each([
    ['"abc"', 'abc'],
    ['abc', 'abc'],
    // As an answer tells a key that came as a"b\c.
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ['a"b\\c', 'a"b\\c'],
    ['', undefined],
    ['""', undefined],
    ['a\nb', undefined],
    ['x'.repeat(201), undefined],
  ])('reads the idempotency key %j', (text, expected) => {
    expect(idempotencyKey.safeParse(text).data).toBe(expected);
  });
});
