import type { Defect } from './defect';
import { networkDefects } from './network';
import { routerDefects } from './router';
import { servicesDefects } from './services';

export { faultsOf } from './defect';

export const defects: Defect[] = [...networkDefects, ...routerDefects, ...servicesDefects];
