export type { GuestFault, NicFacts, RunCommandArguments, RunCommandOutcome } from './contract';
export { knownPhase, runScript } from './run';
export type { NestedVm, WindowsState } from './types';
export { createWindows, rebootWindows } from './windows';
