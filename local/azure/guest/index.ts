export type { DiskFacts, GuestFault, NicFacts, RunCommandArguments, RunCommandOutcome } from './contract';
export { runLinux } from './prove/linux';
export { knownPhase, runScript } from './run';
export type { NestedVm, Quirks, WindowsState } from './types';
export { rebootWindows } from './startup';
export { createWindows, startWindows } from './windows/boot';
export { buildOf } from './windows/images';
