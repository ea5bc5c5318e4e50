import type { ProxyAgentSettings, VirtualMachine } from '@azure/arm-compute';
import {
  enforced,
  takesSecurityProtocol,
  withProtection,
} from '../../../shared/azure/resources/metadataProtection';
import { desiredProtocol } from '../../../shared/azure/resources/securityProtocol';
import { tagNames } from '../../../shared/azure/layout';
import { definition, layout } from './fixture';

const vm = (proxyAgentSettings?: ProxyAgentSettings, more: Partial<VirtualMachine> = {}): VirtualMachine => ({
  location: 'westeurope',
  tags: layout.tags,
  provisioningState: 'Succeeded',
  securityProfile: { securityType: 'TrustedLaunch', ...(proxyAgentSettings ? { proxyAgentSettings } : {}) },
  ...more,
});
const audit = { enabled: true, imds: { mode: 'Audit' }, wireServer: { mode: 'Enforce' } };
const rules = {
  inVMAccessControlProfileReferenceId: '/galleries/g/inVMAccessControlProfiles/p/versions/1.0.0',
};

describe('the metadata security protocol of a VM that exists', () => {
  it.each<[string, ProxyAgentSettings | undefined, string]>([
    ['is not there', undefined, 'put'],
    ['is off', { ...enforced, enabled: false }, 'put'],
    ['only audits one of the services', audit, 'put'],
    ['is enforced', enforced, 'none'],
    ['follows rules of the owner', { enabled: true, imds: rules, wireServer: { mode: 'Enforce' } }, 'none'],
  ])('that %s', (_, settings, action) => {
    expect(desiredProtocol(layout, vm(settings)).action).toBe(action);
  });

  it('is asked for with nothing else of the VM', () => {
    expect(desiredProtocol(layout, vm())).toMatchObject({
      body: { location: 'westeurope', securityProfile: { proxyAgentSettings: enforced } },
    });
    const { body } = desiredProtocol(layout, vm()) as { body: VirtualMachine };
    expect(Object.keys(body)).toEqual(['location', 'securityProfile']);
    expect(Object.keys(body.securityProfile ?? {})).toEqual(['proxyAgentSettings']);
  });

  it('waits for a VM that is being changed, and leaves one of somebody else alone', () => {
    expect(desiredProtocol(layout, vm(undefined, { provisioningState: 'Updating' })).action).toBe('wait');
    const tags = { ...layout.tags, [tagNames.host]: 'other' };
    expect(desiredProtocol(layout, vm(undefined, { tags }))).toMatchObject({
      failure: { code: 'ForeignVirtualMachine' },
    });
    expect(desiredProtocol(layout, undefined)).toMatchObject({ failure: { code: 'VirtualMachineNotFound' } });
  });
});

it.each([
  ['Microsoft Windows Server 2016 Datacenter', false],
  ['Microsoft Windows Server 2019 Standard', true],
  ['Microsoft Windows Server 2022 Datacenter', true],
  ['Microsoft Windows Server 2025 Datacenter', true],
  ['Microsoft Windows 11 Enterprise', false],
])('%s is asked for it: %s, whatever the image was', (os, asked) => {
  for (const sku of ['2016-datacenter', '2022-datacenter-g2']) {
    const spec = { ...layout.spec, image: { ...layout.spec.image, sku } };
    expect(takesSecurityProtocol(spec, os)).toBe(asked);
    expect(takesSecurityProtocol(spec, undefined)).toBe(sku.startsWith('2022'));
  }
});

it('a host whose protection is changed is as one that was ordered so', () => {
  const { metadataProtection: _, ...usual } = layout.spec;
  const none = { ...usual, metadataProtection: 'none' as const };
  const on = (metadataProtection?: 'full' | 'filters') => ({
    hosts: { ...definition.hosts, ...(metadataProtection === undefined ? {} : { metadataProtection }) },
  });
  expect(withProtection(none, on(), 'full')).toEqual(usual);
  expect(withProtection(none, on('full'), 'full')).toEqual({ ...usual, metadataProtection: 'full' });
  expect(withProtection(none, on(), 'filters')).toEqual({ ...usual, metadataProtection: 'filters' });
  expect(withProtection(usual, on('filters'), 'full')).toEqual({ ...usual, metadataProtection: 'full' });
});
