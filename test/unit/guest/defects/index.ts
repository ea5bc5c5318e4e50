import type { Defect } from './defect';
import { networkDefects } from './network';
import { routerDefects } from './router';
import { servicesDefects } from './services';
import { strayDefects } from './strays';

export { faultsOf } from './defect';
export { harmless } from './harmless';

export const defects: Defect[] = [...networkDefects, ...routerDefects, ...strayDefects, ...servicesDefects];
