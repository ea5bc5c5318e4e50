import { healthy, promised } from '../world';
import { found, type Case } from './found';

const guest = (ok: boolean, ...failedChecks: string[]) => ({
  guests: { 'hv-01': { ok, message: 'Not as planned.', failedChecks } },
});

it.each<Case>([
  ['guest as planned', healthy(guest(true)), promised(), []],
  ['guest drift', healthy(guest(false, 'dhcpScope', 'bootScript')), promised(), ['guestDrift repair']],
  [
    'guest drift that interrupts',
    healthy(guest(false, 'dhcpScope', 'nat')),
    promised(),
    ['guestDrift report!'],
  ],
  ['a guest without a reason', healthy(guest(false)), promised(), ['guestDrift report!']],
  [
    'no interface for the ghosted prefix, but a route',
    healthy(guest(false, 'address')),
    promised(),
    ['guestDrift report!', 'loopRisk report!'],
  ],
])('%s', (_, observed, records, findings) => {
  expect(found(observed, records)).toEqual(findings);
});
