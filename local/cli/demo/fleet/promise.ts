import { hosts } from './company';
import type { FleetDocument } from './document';

type Promised = Omit<FleetDocument, 'azure' | 'simulatedSeconds'>;

const upTo = (count: number, text: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => text(index));
const green = { walked: 132, broken: [], inspected: { outward: 12, inward: 12 } };
const lost =
  'no network interface has the address ..., and system route 10.60.0.0/16 (VnetLocal) leads to no appliance';
const off = 'NIC hv-03-lan: IP forwarding is off: Azure drops packets';
const leftAlone = { kind: 'orphanedGhostedSubnet', what: 'Ghosted-hv-99', verdict: 'none' };

/** What the scenario promises its reader, written down by hand: the document has to say the same. */
export const promisedFleet: Promised = {
  refusal: { code: 'InspectionBypassed', names: ['Apps', '10.60.9.4', 'via: appliance'], writes: 0 },
  hosts: hosts.map((name) => ({ name, state: 'ready' })),
  allocated: {
    ghostedPrefixes: upTo(12, (index) => `10.60.${128 + index}.0/24`),
    natAddresses: upTo(12, (index) => `10.60.0.${4 + index}`),
    lanAddresses: upTo(12, (index) => `10.60.1.${4 + index}`),
  },
  paths: green,
  drift: {
    broken: [
      // Azure-VMs lost its table, in both directions; of hv-05 two more subnets lost the route.
      { reason: `subnet Ghosted-*: ${lost}`, paths: 27, example: 'guest hv-01 -> Azure-VMs' },
      { reason: `${off} to ..., which is not its address`, paths: 4, example: 'guest hv-02 -> next host' },
      { reason: `${off} from ..., which is not its address`, paths: 5, example: 'guest hv-03 -> Azure-VMs' },
    ],
    findings: [
      { kind: 'forwardingOff', what: 'hv-03-lan', verdict: 'done' },
      { kind: 'missingRoute', what: 'Nested-VMs-hv-05', verdict: 'done' },
      { kind: 'lostAssociation', what: 'Azure-VMs', verdict: 'done' },
      leftAlone,
    ],
    after: green,
  },
  adopted: {
    state: 'ready',
    ghostedPrefix: '10.60.180.0/24',
    restarted: false,
    writes: { routes: 3, runCommands: 1 },
    paths: { ...green, walked: 143, inspected: { outward: 13, inward: 13 } },
  },
  planted: { findings: [leftAlone], still: true },
  changed: [],
  afterTeardown: {
    routeTables: ['Lab-Routes', 'lan-to-firewall', 'to-firewall'],
    ghostedSubnets: [],
    virtualMachines: [],
    networkInterfaces: [],
    disks: [],
  },
};
