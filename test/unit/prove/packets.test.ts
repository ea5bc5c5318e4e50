import { differencesOf } from '../../../local/prove/packets';
import { report, round } from './evidence';

describe('packets and the packet walk', () => {
  const predicted = (ok: boolean, sourceSeen = '10.0.3.4') => [
    { from: 'subnet:Azure-VMs', to: 'guest:prove-01', ok, sourceSeen },
  ];

  it('agree', () => {
    expect(differencesOf({ ...round('provisioning'), predicted: predicted(true) })).toEqual([]);
  });

  it.each([
    [
      'the walk says no and the packet came',
      predicted(false),
      round('provisioning').probe,
      /walk says it does not/,
    ],
    [
      'the packet came from elsewhere',
      predicted(true, '10.0.0.4'),
      round('provisioning').probe,
      /came as 10\.0\.3\.4/,
    ],
    [
      'the guest reaches no internet',
      [{ from: 'guest:prove-01', to: 'internet', ok: true }],
      { ...round('provisioning').probe, guest: report({ internet: 'silent' }) },
      /guest to internet/,
    ],
  ])('differ where %s', (_what, walk, probe, why) => {
    const found = differencesOf({ after: 'provisioning', probe, predicted: walk });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(why);
  });
});
