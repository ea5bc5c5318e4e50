import { usesSecurityProtocol } from '../../../shared/azure/resources/metadataProtection';
import type { HostSpec } from '../../../shared/records/types';
import { releases } from '../../../local/azure/guest/windows/defaults';
import { TestHost, firstHost } from './host';
import { images } from './images';

const fresh = (image: string) => new TestHost(firstHost, image).state;
const isCore = (image: string): boolean => image.includes('core');
const releaseOf = (image: string) => releases[image.slice(0, 4)];

describe.each(images)('Windows as %s brings it', (image) => {
  const { edition, features, services, os } = fresh(image);

  it('says which it is', () => {
    expect(os).toContain(`Windows Server ${image.slice(0, 4)} Datacenter`);
    expect(edition).toBe(isCore(image) ? 'Core' : 'Desktop');
  });

  it('has the graphical tools where it has a desktop, and nothing is installed', () => {
    const tools = ['Hyper-V-Tools', 'RSAT-RemoteAccess-Mgmt'].filter((name) => name in features);
    expect(tools).toHaveLength(isCore(image) ? 0 : 2);
    expect(new Set(Object.values(features))).toEqual(new Set(['Available']));
  });

  it('has RRAS as a service that is disabled, before any role', () => {
    expect(services.RemoteAccess).toEqual({ status: 'Stopped', startType: 'Disabled' });
    expect('TapiSrv' in services).toBe(!isCore(image));
    expect(services).not.toHaveProperty('W3SVC');
    expect(services).not.toHaveProperty('vmms');
  });

  it('takes the metadata security protocol just where the app asks for it', () => {
    const spec = { image: { publisher: 'MicrosoftWindowsServer', sku: image } } as HostSpec;
    expect(usesSecurityProtocol(spec)).toBe(releaseOf(image)?.securityProtocol === true);
  });
});
