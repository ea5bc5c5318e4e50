import type { z } from 'zod';
import {
  adoptionRequest,
  convergeRequest,
  hostRequest,
  inventoryBody,
  networkDefinition,
  reconcilePolicy,
  reconciliationRequest,
  repairBody,
  resumption,
} from '../../../shared/api/schemas';
import { batchRequest } from '../../../shared/batches/read';

const id = '/subscriptions/5eed0000-0a11-4b2c-9d3e-000000000001/resourceGroups/nested-hosts/providers';

const callback = { url: 'https://hooks.contoso.com/fuzz', events: ['accepted', 'completed'] };

/** An order that is right in all its fields. */
export const host = {
  ...{
    network: 'nested-fun',
    name: 'bad-01',
    size: 'Standard_D8s_v5',
    osDiskSizeGb: 256,
    dataDiskSizeGb: 64,
    zone: '1',
  },
  ...{
    ghostedPrefix: '10.10.250.0/24',
    onFailure: 'keep',
    priority: 7,
    ticket: 'CHG0031',
    planHash: 'a'.repeat(64),
    adminPassword: { secretId: 'https://contoso-hosts.vault.azure.net/secrets/shared' },
    callback,
  },
};
const securityGroup = `${id}/Microsoft.Network/networkSecurityGroups/nsg`;
const subnet = (name: string, third: number) => ({
  ...{ name, prefix: `10.60.${third}.0/24`, create: true },
  networkSecurityGroupId: securityGroup,
});
const definition = {
  ...{ subscriptionId: '5eed0000-0a11-4b2c-9d3e-000000000001', resourceGroup: 'rg', location: 'westeurope' },
  virtualNetwork: { name: 'Bad', resourceGroup: 'rg', create: true, addressSpaces: ['10.60.0.0/16'] },
  natSubnet: subnet('NAT', 0),
  lanSubnet: subnet('Hyper-V-LAN', 1),
  ghosted: { pools: ['10.60.128.0/17'], prefixLength: 24, networkSecurityGroupId: securityGroup },
  routedSubnets: [{ ...subnet('VMs', 2), via: 'host', bypassInspection: true }],
  ...{
    extraPrefixes: ['10.61.0.0/16'],
    natPrefixes: ['10.62.0.0/16'],
    dnsSuffix: 'corp.example',
    dnsServers: ['10.60.2.4'],
  },
  outbound: { kind: 'natGateway', id: `${id}/Microsoft.Network/natGateways/outbound` },
  ...{ routeTable: 'Routes', tags: { owner: 'fuzz' } },
  hosts: {
    ...{
      resourceGroup: 'rg',
      size: 'Standard_D4s_v5',
      adminUsername: 'hostadmin',
      osDiskSizeGb: 128,
      zone: '2',
    },
    image: {
      publisher: 'MicrosoftWindowsServer',
      offer: 'WindowsServer',
      sku: '2022-datacenter-g2',
      version: 'latest',
    },
    ...{ acceleratedNetworking: true, licenseType: 'None', patchMode: 'Manual', metadataProtection: 'full' },
    ...{ dataDiskSizeGb: 64, passwordVault: 'contoso-hosts', securityType: 'Standard' },
  },
};
const envelope = { schemaVersion: 1, requestId: 'bad/1' };

/** Whatever takes a body, with one that is right in all its fields. None of them is ever sent as it stands here. */
export const bodies: readonly { method: string; path: string; schema: z.ZodType; example: object }[] = [
  { method: 'POST', path: '/hosts', schema: hostRequest, example: host },
  { method: 'PUT', path: '/networks/bad', schema: networkDefinition, example: definition },
  { method: 'PUT', path: '/networks/nested-fun', schema: networkDefinition, example: definition },
  { method: 'POST', path: '/networks/nested-fun/converge', schema: convergeRequest, example: { callback } },
  {
    ...{ method: 'POST', path: '/networks/nested-fun/adoptions', schema: adoptionRequest },
    example: {
      virtualMachine: 'lab',
      name: 'bad-02',
      ghostedSubnet: 'Lab',
      allowInterruption: true,
      dryRun: false,
      ticket: 'T',
      callback,
    },
  },
  {
    ...{ method: 'POST', path: '/hosts/nested-fun/bad-01/repair', schema: repairBody },
    example: { allowInterruption: true, metadataProtection: 'full', priority: 9, ticket: 'T', callback },
  },
  { method: 'POST', path: '/hosts/nested-fun/bad-01/inventory', schema: inventoryBody, example: {} },
  {
    ...{ method: 'POST', path: `/batches/${'a'.repeat(32)}/resume`, schema: resumption },
    example: { network: 'nested-fun' },
  },
  {
    ...{ method: 'PUT', path: '/networks/nested-fun/reconcile-policy', schema: reconcilePolicy },
    example: { dryRun: false, repairs: 'repair', deletes: 'delete', graceHours: 1, mostDeletes: 100 },
  },
  {
    ...{ method: 'POST', path: '/reconciliations', schema: reconciliationRequest },
    example: { network: 'nested-fun', dryRun: false, verifyGuests: true },
  },
  {
    ...{ method: 'POST', path: '/batches', schema: batchRequest },
    example: {
      network: 'nested-fun',
      ticket: 'T',
      priority: 2,
      onFailure: 'keep',
      callback,
      rows: [host, { name: 'bad-03' }],
    },
  },
];

/** Messages that are right in all their fields. */
export const messages: readonly object[] = [
  { ...envelope, kind: 'provision', ...host },
  {
    ...envelope,
    kind: 'teardown',
    network: 'nested-fun',
    name: 'bad-01',
    force: true,
    keepDisks: false,
    keepVirtualMachine: true,
    priority: 9,
    ticket: 'T',
    callback,
  },
  {
    ...envelope,
    kind: 'repair',
    network: 'nested-fun',
    name: 'bad-01',
    allowInterruption: true,
    metadataProtection: 'filters',
    priority: 9,
    ticket: 'T',
    callback,
  },
  { ...envelope, kind: 'batchRow', batch: 'a'.repeat(32), row: 1 },
];
