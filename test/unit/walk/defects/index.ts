import { azureDefects } from './azure';
import type { Defect } from './defect';
import { translationDefects } from './translation';
import { windowsDefects } from './windows';

export type { Defect } from './defect';
export * from './ways';

export const defects: Defect[] = [...azureDefects, ...windowsDefects, ...translationDefects];
