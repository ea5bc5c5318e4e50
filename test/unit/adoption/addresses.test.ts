import { adoptedAddresses } from '../../../shared/adoption/addresses';
import { Problem } from '../../../shared/api/problems';
import type { LedgerEntry } from '../../../shared/records/types';
import { addresses, definition } from '../shared/fixture';

const entry = (changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...{ ghostedPrefix: '10.10.7.0/24', natAddress: '10.0.0.9', lanAddress: '10.0.1.9' },
  ...{ network: 'net-2', host: 'hv-09', state: 'active', operation: 'op-9' },
  ...changes,
});

function refusal(taken: LedgerEntry[], has: Partial<typeof addresses> = addresses): string {
  try {
    adoptedAddresses(definition, taken, { natAddress: addresses.natAddress, ...has });
  } catch (error) {
    if (error instanceof Problem) return `${error.slug}: ${error.detail}`;
    throw error;
  }
  return 'none';
}

it('an adopted host is promised what it has, and free addresses for what it lacks', () => {
  expect(adoptedAddresses(definition, [entry()], addresses)).toEqual(addresses);
  const lone = { natAddress: '10.0.0.50' } as typeof addresses;
  expect(adoptedAddresses(definition, [entry({ lanAddress: '10.0.1.4' })], lone)).toEqual({
    ...{ natAddress: '10.0.0.50', lanAddress: '10.0.1.5', ghostedPrefix: '10.0.2.0/24' },
  });
});

it.each<[string, Partial<LedgerEntry>, string]>([
  ['its prefix', { ghostedPrefix: '10.0.2.0/24' }, '10.0.2.0/24'],
  ['a part of its prefix', { ghostedPrefix: '10.0.2.64/27' }, '10.0.2.64/27'],
  ['its NAT address', { natAddress: '10.0.0.4' }, '10.0.0.4'],
  ['its LAN address', { lanAddress: '10.0.1.4' }, '10.0.1.4'],
  ['its LAN address as NAT address', { natAddress: '10.0.1.4' }, '10.0.1.4'],
  ['a prefix that is being released', { ghostedPrefix: '10.0.2.0/24', state: 'releasing' }, '10.0.2.0/24'],
])('it is not adopted while %s is promised to another host', (_what, changes, what) => {
  expect(refusal([entry(), entry(changes)])).toBe(
    `prefix-taken: ${what} is promised to host hv-09 on network net-2.`,
  );
});

it('every clash is told at once', () => {
  const all = refusal([entry({ ghostedPrefix: '10.0.2.0/24' }), entry({ natAddress: '10.0.0.4' })]);
  expect(all.match(/is promised to/g)).toHaveLength(2);
});
