import { translationDefects } from '../walk/defects/translation';
import { windowsDefects } from '../walk/defects/windows';
import { Estate, moreHostRoutes } from '../walk/estate';
import { faultsOf } from './defects';
import { TestHost, firstHost } from './host';

/** The first host of the estate, with all that its plan asks for. */
const plan = {
  ...firstHost,
  routes: [
    ...firstHost.routes,
    ...moreHostRoutes.map(([prefix, alias, gateway]) => ({
      prefix,
      gateway,
      nic: alias === 'Ethernet' ? (1 as const) : (2 as const),
      metric: 256,
    })),
  ],
};

function seen(estate: Estate): Record<string, string> {
  const host = new TestHost(plan);
  host.state = estate.windows('hv-01');
  // It was configured without the additional routes, which are no part of this.
  const { bootScript: _, ...faults } = faultsOf(host.run('verify'));
  return faults;
}

describe('what is wrong in Windows and breaks or opens a way of guests', () => {
  it('is nothing on an estate as it should be', () => expect(seen(new Estate())).toEqual({}));

  const harmful = [...windowsDefects, ...translationDefects].filter(
    ({ fail, open = [] }) => fail.length + open.length > 0,
  );

  it.each(harmful)('$name: verify sees it', ({ damage }) => {
    const estate = new Estate();
    damage(estate);
    expect(Object.keys(seen(estate))).not.toEqual([]);
  });
});
