import type { Observed, Promised } from '../../../shared/reconcile/facts';
import type { FindingKind } from '../../../shared/records/reconciliation';
import { adopted } from '../adoption/handBuilt';
import { layout } from '../shared/fixture';
import {
  abroad,
  address,
  dataDisk,
  disk,
  empty,
  farNetwork,
  ghosted,
  host,
  machine,
  network,
  nic,
  nobody,
  releasing,
  route,
  subnet,
  table,
  undone,
} from './world';

/** The case in which the finding is deleted; every near miss below differs from it in one thing. */
export interface Case {
  kind: FindingKind;
  observed: Observed;
  promised: Promised;
}

export const subnetCase: Case = {
  kind: 'orphanedGhostedSubnet',
  observed: empty({ subnets: [ghosted()] }),
  promised: releasing(),
};
export const routeCase: Case = {
  kind: 'orphanedRoute',
  observed: empty({ tables: [table()] }),
  promised: releasing(),
};
/** The same of a host that was built by hand, under the names that its adoption found. */
const adoptedHosts = [host({ state: 'failed', adopted })];
const [adoptedRoute = { tableId: '', name: '' }] = adopted.routes;
export const adoptedTable = (more: Partial<ReturnType<typeof route>> = {}) =>
  table({ id: adoptedRoute.tableId, tags: {}, routes: [route({ name: adoptedRoute.name, ...more })] });
export const adoptedSubnetCase: Case = {
  kind: 'orphanedGhostedSubnet',
  observed: empty({ subnets: [subnet(adopted.ghostedSubnet, '10.0.2.0/24')] }),
  promised: releasing({ hosts: adoptedHosts }),
};
export const adoptedRouteCase: Case = {
  kind: 'orphanedRoute',
  observed: empty({ tables: [adoptedTable()] }),
  promised: releasing({ hosts: adoptedHosts }),
};
export const nicCase: Case = {
  kind: 'leftoverNetworkInterface',
  observed: empty({ networkInterfaces: [nic('nic2')] }),
  promised: releasing(),
};
export const diskCase: Case = {
  kind: 'leftoverDisk',
  observed: empty({ disks: [disk()] }),
  promised: releasing(),
};
export const addressCase: Case = {
  kind: 'leftoverPublicAddress',
  observed: empty({ publicAddresses: [address()] }),
  promised: releasing(),
};
export const dataDiskCase: Case = {
  kind: 'leftoverDisk',
  observed: empty({ disks: [dataDisk] }),
  promised: releasing(),
};
export const undoneCase: Case = {
  kind: 'leftoverVirtualMachine',
  observed: empty({ virtualMachines: [machine()] }),
  promised: releasing({ finished: [undone([layout.virtualMachine.id])] }),
};
export const machineCase: Case = {
  kind: 'leftoverVirtualMachine',
  observed: empty({ virtualMachines: [machine()] }),
  promised: releasing(),
};
export const tableCase: Case = {
  kind: 'unneededRouteTable',
  observed: empty({ tables: [table({ routes: [], subnets: [] })] }),
  promised: nobody(),
};
/** The same for what lies in a table of ours in another region. */
export const farRouteCase: Case = {
  kind: 'orphanedRoute',
  observed: empty({ neighbours: [abroad.network], tables: [abroad.table()] }),
  promised: releasing({ network: farNetwork }),
};
export const farTableCase: Case = {
  kind: 'unneededRouteTable',
  observed: empty({
    neighbours: [abroad.network],
    subnets: [abroad.subnet({ tableId: abroad.tableId })],
    tables: [abroad.table({ routes: [] })],
  }),
  promised: nobody({ network: farNetwork }),
};
/** The same once nothing is routed there any more. */
export const leftTables = [{ id: abroad.tableId.toUpperCase(), subnets: [abroad.routed.id] }];
export const leftTableCase: Case = {
  kind: 'unneededRouteTable',
  observed: empty({ tables: [abroad.table({ routes: [] })] }),
  promised: nobody({ network: { ...network, tables: leftTables } }),
};
export const leftRouteCase: Case = {
  kind: 'orphanedRoute',
  observed: empty({ tables: [abroad.table()] }),
  promised: releasing({ network: { ...network, tables: leftTables } }),
};
export const cases = [
  leftRouteCase,
  leftTableCase,
  farRouteCase,
  farTableCase,
  subnetCase,
  adoptedSubnetCase,
  adoptedRouteCase,
  routeCase,
  nicCase,
  addressCase,
  diskCase,
  dataDiskCase,
  machineCase,
  undoneCase,
  tableCase,
];
