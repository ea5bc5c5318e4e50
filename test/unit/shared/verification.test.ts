import type { VirtualMachineRunCommand } from '@azure/arm-compute';
import { rangesIn, verifications } from '../../../shared/azure/verification';
import { guestFacts } from '../../../shared/azure/resources/runCommand';
import { buildParameters, encodeParameters, sentinel } from '../../../shared/guest';
import { layout, network } from './fixture';

const macs = { nic1: '00-0D-3A-00-00-01', nic2: '00-0D-3A-00-00-02' };

/** A run of phase verify as Azure keeps it, for a VNet with these ranges. */
function verified(endTime: string, addressPrefixes: string[], ok = true): VirtualMachineRunCommand {
  const facts = guestFacts(
    layout,
    { phase: 'verify', attempt: 1, operation: 'op-1' },
    macs,
    network([], { addressSpace: { addressPrefixes } }),
  );
  const result = {
    ...{ schema: 1, phase: 'verify', ok, changed: [], restartNeeded: false },
    ...{ bootTime: endTime, os: 'Windows', facts: {}, checks: [] },
    ...(ok ? {} : { error: { code: 'ChecksFailed', message: 'routes' } }),
  };
  return {
    location: 'westeurope',
    name: `verify-op-${endTime}`,
    parameters: [{ name: 'Parameters', value: encodeParameters(buildParameters(facts)) }],
    instanceView: {
      endTime: new Date(endTime),
      output: `${sentinel.begin}${JSON.stringify(result)}${sentinel.end}`,
    },
  };
}

const ranges = (...commands: VirtualMachineRunCommand[]) => rangesIn(verifications(commands));

it('a host has the ranges that its latest verification was for, if it succeeded', () => {
  const early = verified('2026-01-01T00:00:00Z', ['10.0.0.0/22']);
  const late = verified('2026-01-02T00:00:00Z', ['10.0.0.0/22', '10.10.0.0/16']);
  expect(ranges(early, late)).toEqual(['10.0.0.0/22', '10.10.0.0/16']);
  expect(ranges(late, early)).toEqual(['10.0.0.0/22', '10.10.0.0/16']);
  expect(ranges(early, verified('2026-01-03T00:00:00Z', ['10.9.0.0/16'], false))).toEqual(['10.0.0.0/22']);
});

it('without one nothing is known', () => {
  expect(ranges()).toBeUndefined();
  expect(ranges(verified('2026-01-01T00:00:00Z', ['10.0.0.0/22'], false))).toBeUndefined();
  const { parameters: _, ...strange } = verified('2026-01-01T00:00:00Z', ['10.0.0.0/22']);
  expect(ranges(strange)).toBeUndefined();
});
