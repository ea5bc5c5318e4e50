import { closingOf, handedOver, type Closing, type Ending } from '../../../shared/closing';

const failure = { class: 'fatal', code: 'Test', message: 'Why.' };
const left = { ...failure, leftovers: ['virtualMachine: locked'] };

it.each<[string, Ending, string | undefined, Closing]>([
  [
    'provisioned',
    { kind: 'provision', status: 'succeeded', undone: false },
    undefined,
    { host: 'ready', ledger: 'active' },
  ],
  [
    'provisioned at the second try',
    { kind: 'provision', status: 'succeeded' },
    'Earlier.',
    { host: 'ready', ledger: 'active' },
  ],
  ['counted', { kind: 'inventory', status: 'failed', failure }, 'Earlier.', { host: 'same', ledger: 'keep' }],
  ['repaired', { kind: 'repair', status: 'succeeded' }, 'Earlier.', { host: 'ready', ledger: 'active' }],
  [
    'not repaired',
    { kind: 'repair', status: 'failed', failure },
    undefined,
    { host: 'failed', ledger: 'keep', reason: 'Why.' },
  ],
  [
    'not repaired, and not touched',
    { kind: 'repair', status: 'cancelled', failure, untouched: true },
    undefined,
    { host: 'same', ledger: 'keep' },
  ],
  [
    'undone',
    { kind: 'provision', status: 'failed', failure, undone: true },
    undefined,
    { host: 'remove', ledger: 'release' },
  ],
  [
    'cancelled and undone',
    { kind: 'provision', status: 'cancelled', failure, undone: true },
    undefined,
    { host: 'remove', ledger: 'release' },
  ],
  [
    'undone but for something',
    { kind: 'provision', status: 'failed', failure: left, undone: true },
    undefined,
    { host: 'failed', ledger: 'releasing', reason: 'Why.' },
  ],
  [
    'failed and kept',
    { kind: 'provision', status: 'failed', failure, undone: false },
    undefined,
    { host: 'failed', ledger: 'keep', reason: 'Why.' },
  ],
  [
    'not even planned',
    { kind: 'provision', status: 'failed', failure, undone: false, untouched: true },
    undefined,
    { host: 'remove', ledger: 'release' },
  ],
  [
    'not even planned, but an earlier try left something',
    { kind: 'provision', status: 'failed', failure, undone: false, untouched: true },
    'Earlier.',
    { host: 'failed', ledger: 'keep', reason: 'Earlier.' },
  ],
  [
    'torn down',
    { kind: 'teardown', status: 'succeeded', untouched: false },
    undefined,
    { host: 'remove', ledger: 'release' },
  ],
  [
    'torn down after it had failed',
    { kind: 'teardown', status: 'succeeded', untouched: false },
    'Earlier.',
    { host: 'remove', ledger: 'release' },
  ],
  [
    'teardown refused',
    { kind: 'teardown', status: 'failed', failure, untouched: true },
    undefined,
    { host: 'ready', ledger: 'keep' },
  ],
  [
    'teardown cancelled in time',
    { kind: 'teardown', status: 'cancelled', failure, untouched: true },
    undefined,
    { host: 'ready', ledger: 'keep' },
  ],
  [
    'teardown refused of a host that had failed',
    { kind: 'teardown', status: 'failed', failure, untouched: true },
    'Earlier.',
    { host: 'failed', ledger: 'keep', reason: 'Earlier.' },
  ],
  [
    'teardown stopped half way',
    { kind: 'teardown', status: 'failed', failure, untouched: false },
    undefined,
    { host: 'failed', ledger: 'releasing', reason: 'Why.' },
  ],
])('%s', (_, ending, earlierReason, closing) => {
  expect(closingOf(ending, earlierReason)).toEqual(closing);
});

it.each<[string, Closing, ReturnType<typeof handedOver>]>([
  ['ready', { host: 'ready', ledger: 'active' }, { ledger: 'active' }],
  [
    'undone',
    { host: 'remove', ledger: 'release' },
    { ledger: 'releasing', reason: 'A teardown ended its provisioning.' },
  ],
  [
    'undone in part',
    { host: 'failed', ledger: 'releasing', reason: 'Why.' },
    { ledger: 'releasing', reason: 'Why.' },
  ],
  // Its teardown may be cancelled yet; until it begins, nobody may take away what was to be kept.
  ['kept', { host: 'failed', ledger: 'keep', reason: 'Why.' }, { ledger: 'keep', reason: 'Why.' }],
])('a host that is %s is handed to the teardown that waits', (_, closing, handed) => {
  expect(handedOver(closing)).toEqual(handed);
});
