import { type Defect, remember, scope, stop, vEthernet } from './defect';

/** What is wrong with features, Hyper-V and DHCP. */
export const servicesDefects: Defect[] = [
  {
    name: 'DHCP not automatic',
    named: { dhcpService: 'service DHCPServer does not start by itself' },
    damage: (s) => (s.services.DHCPServer = { status: 'Running', startType: 'Manual' }),
  },
  {
    name: 'DHCP that found no address to serve when it started',
    named: { dhcpService: 'it wrote that it serves nobody' },
    damage: (s) => (s.dhcp.silent = true),
  },
  {
    name: 'DHCP without conflict detection',
    named: { dhcpService: 'conflict detection is 0, not 1' },
    damage: (s) => delete s.dhcp.conflictDetection,
  },
  {
    name: 'DHCP older than the switch',
    named: { dhcpService: 'the switch is newer than the DHCP server' },
    damage: (s) => remember(s, { dhcpStale: true }),
  },
  {
    name: 'leases of eight days',
    named: { dhcpScope: 'lease is 691200 s, not 86400 s' },
    damage: (s) => delete scope(s).leaseHours,
  },
  {
    name: 'scope name',
    named: { dhcpScope: "name is 'Lab', not 'Nested VMs'" },
    damage: (s) => (scope(s).name = 'Lab'),
  },
  {
    name: 'DHCP stopped',
    named: {
      dhcpService: 'service DHCPServer is not running',
      dhcpBinding: 'DHCP does not serve vEthernet (NestedSwitch)',
      dhcpScope: 'no scope 10.0.2.0',
    },
    damage: stop('DHCPServer'),
  },
  {
    name: 'DHCP unbound',
    named: { dhcpBinding: 'DHCP does not serve vEthernet (NestedSwitch)' },
    damage: (s) => (s.dhcp.bindings[vEthernet] = false),
  },
  {
    name: 'DHCP on NIC 1',
    named: { dhcpBinding: 'DHCP serves Ethernet' },
    damage: (s) => (s.dhcp.bindings.Ethernet = true),
  },
  { name: 'scope gone', named: { dhcpScope: 'no scope 10.0.2.0' }, damage: (s) => (s.dhcp.scopes = {}) },
  {
    name: 'scope inactive',
    named: { dhcpScope: "state is 'Inactive', not 'Active'" },
    damage: (s) => (scope(s).state = 'Inactive'),
  },
  {
    name: 'scope range',
    named: { dhcpScope: "end is '10.0.2.100', not '10.0.2.254'" },
    damage: (s) => (scope(s).end = '10.0.2.100'),
  },
  {
    name: 'scope mask',
    named: { dhcpScope: "mask is '255.255.0.0', not '255.255.255.0'" },
    damage: (s) => (scope(s).mask = '255.255.0.0'),
  },
  {
    name: 'scope router',
    named: { dhcpScope: "router is '10.0.2.254', not '10.0.2.1'" },
    damage: (s) => (scope(s).router = ['10.0.2.254']),
  },
  {
    name: 'scope DNS',
    named: { dhcpScope: "dns is '8.8.8.8', not '168.63.129.16'" },
    damage: (s) => (scope(s).dns = ['8.8.8.8']),
  },
  {
    name: 'Hyper-V service stopped',
    named: { hypervisor: 'service vmms is not running' },
    damage: stop('vmms'),
    refused: 'timeout',
  },
  {
    name: 'the hypervisor did not start',
    named: { hypervisor: 'the hypervisor did not start with Windows: event 41' },
    damage: (s) => (s.hypervisorDown = true),
    beyond: true,
  },
  {
    name: 'feature removed',
    named: { features: 'DHCP' },
    damage: (s) => (s.features.DHCP = 'Available'),
    refused: 'featuresNotReady',
  },
];
