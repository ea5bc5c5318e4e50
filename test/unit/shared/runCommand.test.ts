import type { VirtualMachineRunCommand } from '@azure/arm-compute';
import {
  desiredRunCommand,
  guestFacts,
  logBlobs,
  runCommandBody,
  runCommandName,
  type GuestAttempt,
} from '../../../shared/azure/resources/runCommand';
import { sentinel, type GuestPhase, type GuestResult } from '../../../shared/guest/types';
import { layout, network } from './fixture';

const attempt: GuestAttempt = { phase: 'network', attempt: 2, operation: 'abcdefghijklmnopqrstuvwxyz' };

const result = (extra: Partial<GuestResult> = {}): GuestResult => ({
  schema: 1,
  phase: 'network',
  ok: true,
  changed: ['switch', 'dhcp'],
  restartNeeded: true,
  bootTime: '2026-01-01T00:00:00.000Z',
  os: 'Windows Server 2022',
  facts: {},
  checks: [],
  ...extra,
});

const line = (value: unknown) => `noise\r\n${sentinel.begin}${JSON.stringify(value)}${sentinel.end}\r\n`;

const body: VirtualMachineRunCommand = { location: 'westeurope' };
const decide = (existing: VirtualMachineRunCommand | undefined) => desiredRunCommand(() => body, existing);
const view = (executionState: string, output?: string, extra: object = {}, provisioningState = 'Succeeded') =>
  decide({
    location: 'westeurope',
    provisioningState,
    instanceView: {
      executionState: executionState,
      exitCode: 0,
      ...(output === undefined ? {} : { output }),
      ...extra,
    },
  });

describe('verdict on a run command', () => {
  it('is made if there is none', () => {
    expect(decide(undefined)).toEqual({ action: 'put', change: 'created', body });
  });

  const ok = line(result());
  const bad = line(
    result({
      ok: false,
      error: { code: 'SwitchMissing', message: 'No switch' },
      checks: [{ name: 'switch', ok: false }],
    }),
  );
  const early = line(result({ ok: false, error: { code: 'notRestarted', message: 'Same boot.' } }));

  it.each<[string, ReturnType<typeof view>, object]>([
    [
      'succeeded',
      view('Succeeded', ok),
      { verdict: 'ok', changed: 2, restartNeeded: true, bootTime: '2026-01-01T00:00:00.000Z' },
    ],
    ['the last of several results', view('Succeeded', `${bad}${ok}`), { verdict: 'ok' }],
    [
      'succeeded, but says that it failed',
      view('Succeeded', bad),
      { verdict: 'failed', code: 'SwitchMissing' },
    ],
    [
      'succeeded, but the exit code is not 0',
      view('Succeeded', ok, { exitCode: 1 }),
      { verdict: 'failed', code: 'GuestFailed' },
    ],
    ['succeeded without a result', view('Succeeded', 'noise'), { verdict: 'again', code: 'GuestNoResult' }],
    ['succeeded without output', view('Succeeded'), { verdict: 'again', code: 'GuestNoResult' }],
    ['the result cut off', view('Succeeded', ok.slice(0, -8)), { verdict: 'again', code: 'GuestNoResult' }],
    [
      'a result of another shape',
      view('Succeeded', line({ ok: true })),
      { verdict: 'again', code: 'GuestNoResult' },
    ],
    ['failed with a good result', view('Failed', ok, { exitCode: 1 }), { verdict: 'failed' }],
    [
      'failed with a result',
      view('Failed', bad, { exitCode: 1 }),
      { verdict: 'failed', code: 'SwitchMissing' },
    ],
    [
      'failed without a result',
      view('Failed', '', { exitCode: 1, executionMessage: 'Agent lost.' }),
      { verdict: 'again', message: expect.stringContaining('Agent lost.') as string },
    ],
    [
      'the restart has not happened yet',
      view('Succeeded', early, { exitCode: 1 }),
      { verdict: 'again', code: 'notRestarted' },
    ],
    [
      'Windows started while it ran',
      view('Succeeded', ok, { startTime: new Date('2025-12-31T23:59:00Z') }),
      { verdict: 'again', code: 'GuestRestarted' },
    ],
    [
      'Windows started while it ran, and before it ended',
      view('Succeeded', ok, {
        startTime: new Date('2025-12-31T23:59:00Z'),
        endTime: new Date('2026-01-01T00:05:00Z'),
      }),
      { verdict: 'again', code: 'GuestRestarted' },
    ],
    [
      'Azure tells its times by another clock: Windows started after its end',
      view('Succeeded', ok, {
        startTime: new Date('2025-12-31T16:10:00Z'),
        endTime: new Date('2025-12-31T16:20:00Z'),
      }),
      { verdict: 'ok' },
    ],
    [
      'something could not be proven',
      view('Succeeded', line(result({ facts: { warnings: ['hypervisorUnproven'] } }))),
      { verdict: 'ok', warnings: ['hypervisorUnproven'] },
    ],
    [
      'Windows started while it ran, and something is amiss',
      view('Failed', bad, { startTime: new Date('2025-12-31T23:59:00Z') }),
      { verdict: 'again', code: 'GuestRestarted' },
    ],
    [
      'the clock moved by a few seconds since Windows started',
      view('Succeeded', ok, { startTime: new Date('2025-12-31T23:59:52Z') }),
      { verdict: 'ok' },
    ],
    [
      'the boot time moved while it ran',
      view('Succeeded', line(result({ bootTimeAtStart: '2025-12-31T22:00:00Z' }))),
      { verdict: 'again', code: 'GuestRestarted' },
    ],
    [
      'Windows has not settled',
      view('Succeeded', line(result({ ok: false, error: { code: 'notSettled', message: 'Servicing.' } }))),
      { verdict: 'again', code: 'notSettled' },
    ],
    [
      'another phase is at work',
      view('Succeeded', line(result({ ok: false, error: { code: 'busy', message: 'Another phase.' } }))),
      { verdict: 'again', code: 'busy' },
    ],
    [
      "the folder of the scripts is somebody else's",
      view('Succeeded', line(result({ ok: false, error: { code: 'folderForeign', message: 'A link.' } }))),
      { verdict: 'failed', code: 'folderForeign' },
    ],
    [
      'Windows has to restart first',
      view('Succeeded', line(result({ ok: false, error: { code: 'restartFirst', message: 'Updates.' } }))),
      { verdict: 'failed', code: 'restartFirst', bootTime: '2026-01-01T00:00:00.000Z' },
    ],
    ['timed out', view('TimedOut', ok), { verdict: 'again', code: 'GuestTimedOut' }],
    ['cancelled', view('Canceled'), { verdict: 'again', code: 'GuestCanceled' }],
    [
      'never started',
      view('Unknown', undefined, {}, 'Failed'),
      { verdict: 'again', code: 'GuestNotStarted' },
    ],
  ])('%s', (_, decision, facts) => {
    expect(decision).toMatchObject({ action: 'none', facts });
  });

  it.each(['Running', 'Pending', 'Unknown'])(
    'state %s is not the end, although Azure shows success and exit code 0',
    (state) => expect(view(state, ok)).toEqual({ action: 'wait' }),
  );

  it('that was heard of no more is lost, for it may have gone down with its VM', () => {
    const running = { location: 'westeurope', instanceView: { executionState: 'Running' } };
    expect(desiredRunCommand(() => body, running, true)).toMatchObject({
      facts: { verdict: 'again', code: 'GuestLost' },
    });
    const done = { location: 'westeurope', instanceView: { executionState: 'Succeeded', output: ok } };
    expect(desiredRunCommand(() => body, done, true)).toMatchObject({ facts: { verdict: 'ok' } });
  });

  it('waits while nothing is known of the script', () => {
    expect(decide({ location: 'westeurope', provisioningState: 'Succeeded' })).toEqual({ action: 'wait' });
  });

  it('names the failed checks', () => {
    expect(view('Succeeded', bad)).toMatchObject({
      facts: { message: expect.stringContaining('Failed checks: switch.') as string },
    });
  });

  it.each<[string, Partial<GuestResult>, number | undefined]>([
    ['an inventory', { phase: 'inventory', facts: { count: 3, guests: [] } }, 3],
    ['an inventory that counted nothing', { phase: 'inventory', facts: {} }, undefined],
    ['another phase', { facts: { count: 3, guests: [] } }, undefined],
  ])('guests of %s', (_, extra, guests) => {
    const decision = view('Succeeded', line(result(extra)));
    expect(decision.action === 'none' && decision.facts).toMatchObject({ verdict: 'ok' });
    expect(
      decision.action === 'none' && decision.facts && 'guests' in decision.facts
        ? decision.facts.guests
        : undefined,
    ).toBe(guests);
  });
});

it('of many guests so many are told that a history stays small', () => {
  const many = Array.from({ length: 60 }, (_, index) => ({
    name: `a-guest-with-a-long-name-${index}`.padEnd(64, 'x'),
    state: 'Running',
    addresses: ['10.10.200.200'],
    leases: ['10.10.200.200'],
  }));
  const decision = view(
    'Succeeded',
    line(result({ phase: 'inventory', facts: { count: 60, guests: many } })),
  );
  const text = JSON.stringify(decision);
  expect(text.length).toBeLessThan(3_500);
  expect(decision).toMatchObject({ facts: { guests: 60, inventory: { count: 60 } } });
  expect(text.match(/a-guest/g)?.length).toBeGreaterThan(15);
});

describe('body of a run command', () => {
  const facts = guestFacts(
    layout,
    { ...attempt, notBootedAt: '2026-01-01T00:00:00.000Z' },
    { nic1: '00-0D-3A-00-00-01', nic2: '00-0D-3A-00-00-02' },
    network([]),
  );
  const decoded = (phase: GuestPhase) => {
    const made = runCommandBody('westeurope', { ...facts, phase });
    const [parameter] = made.parameters ?? [];
    return { made, parameter, json: Buffer.from(parameter?.value ?? '', 'base64').toString() };
  };

  it('carries everything as one base64 parameter and nothing in the script', () => {
    const { made, parameter, json } = decoded('network');
    expect(made.parameters).toHaveLength(1);
    expect(parameter?.name).toBe('Parameters');
    expect(JSON.parse(json)).toMatchObject({
      phase: 'network',
      host: 'hv-01',
      nic1: { mac: '00-0D-3A-00-00-01', address: '10.0.0.4' },
      nic2: { mac: '00-0D-3A-00-00-02', address: '10.0.1.4' },
      ghosted: { prefix: '10.0.2.0/24', gateway: '10.0.2.1', dhcpStart: '10.0.2.2', dhcpEnd: '10.0.2.254' },
      notBootedAt: '2026-01-01T00:00:00.000Z',
    });
    for (const secret of ['hv-01', '10.0.2', '00-0D-3A']) expect(made.source?.script).not.toContain(secret);
  });

  it('runs asynchronously, so that a failure is told by the script and not by the deployment', () => {
    expect(decoded('features').made).toMatchObject({
      asyncExecution: true,
      treatFailureAsDeploymentFailure: false,
    });
  });

  it('gives every attempt a name of its own', () => {
    const names = [1, 2, 3].map((n) => runCommandName({ ...attempt, attempt: n }));
    expect(names).toEqual(['network-abcdefghijkl-1', 'network-abcdefghijkl-2', 'network-abcdefghijkl-3']);
  });
});

describe('the log of a phase', () => {
  const facts = guestFacts(
    layout,
    attempt,
    { nic1: '00-0D-3A-00-00-01', nic2: '00-0D-3A-00-00-02' },
    network([]),
  );
  const sent = (body: VirtualMachineRunCommand) =>
    JSON.parse(Buffer.from(body.parameters?.[0]?.value ?? '', 'base64').toString()) as { log?: boolean };

  it('stays on the host unless there is a container for it', () => {
    const body = runCommandBody('westeurope', facts);
    expect(body).not.toHaveProperty('outputBlobUri');
    expect(sent(body).log).toBeUndefined();
  });

  it('goes to an append blob of its own, with the access that the container was given with', () => {
    const logs = logBlobs('https://acct.blob.core.windows.net/guests?sv=1&sig=a%2Bb%3D', 'hv-01', attempt);
    expect(logs).toEqual({
      outputBlobUri:
        'https://acct.blob.core.windows.net/guests/hv-01/network-abcdefghijkl-2.log?sv=1&sig=a%2Bb%3D',
      errorBlobUri:
        'https://acct.blob.core.windows.net/guests/hv-01/network-abcdefghijkl-2.errors.log?sv=1&sig=a%2Bb%3D',
    });
    const body = runCommandBody('westeurope', facts, undefined, logs);
    expect(body).toMatchObject(logs);
    expect(sent(body).log).toBe(true);
  });
});
