import type * as shapes from './azureShapes';
import type { Shape } from './azureShapes';
import type { AzureReadings } from './fromAzure';
import type { InterfaceFacts, SignedService } from './view';

type Nic = Shape<typeof shapes.networkInterface>;
type Machine = Shape<typeof shapes.virtualMachine>;
type Balancer = Shape<typeof shapes.loadBalancer>;

export interface MachineShapes {
  interfaces: Nic[];
  machines: Machine[];
  firewalls: Shape<typeof shapes.firewall>[];
  balancers: Balancer[];
}

/** Interfaces of machines, and the addresses of firewalls, which have none of their own that Azure shows. */
export function interfacesFrom(found: MachineShapes, readings: AzureReadings): InterfaceFacts[] {
  return [
    ...found.interfaces.flatMap((nic) => interfaceFrom(nic, found, readings)),
    ...found.firewalls.flatMap(firewallFrom),
  ];
}

const lastOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

function interfaceFrom(nic: Nic, found: MachineShapes, readings: AzureReadings): InterfaceFacts[] {
  const configurations = [...nic.ipConfigurations].sort((a, b) => Number(b.primary) - Number(a.primary));
  const addresses = configurations.flatMap(({ privateIPAddress }) => privateIPAddress ?? []);
  const subnetId = configurations[0]?.subnet;
  if (addresses.length === 0 || subnetId === undefined) return [];
  const vm = found.machines.find(({ networkProfile }) =>
    networkProfile.networkInterfaces.some(({ id }) => id === nic.id),
  );
  const references = vm?.networkProfile.networkInterfaces ?? [];
  const owner = vm?.id ?? nic.virtualMachine ?? nic.privateEndpoint;
  const ipForwarding = nic.enableIPForwarding === true;
  const ofHost = (readings.hosts ?? []).some(({ nic1, nic2 }) => nic1 === nic.id || nic2 === nic.id);
  const pools = configurations.flatMap((one) => one.loadBalancerBackendAddressPools);
  return [
    {
      id: nic.id,
      name: nic.name ?? lastOf(nic.id),
      subnetId,
      addresses,
      ...(owner === undefined
        ? {}
        : {
            machine: {
              id: owner,
              name: vm?.name ?? lastOf(owner),
              running: isRunning(owner, vm, readings),
              ...signedBy(vm),
            },
          }),
      primary:
        references.length === 1 ||
        (references.find(({ id }) => id === nic.id)?.primary ?? nic.primary ?? false),
      ipForwarding,
      publicAddress:
        configurations.some(({ publicIPAddress }) => publicIPAddress !== undefined) ||
        found.balancers.some((one) => one.outboundRules.some((rule) => hasPool(pools, rule))),
      frontends: found.balancers.flatMap((one) => frontendsOf(one, pools)),
      translatesToInternet: ipForwarding && !ofHost && readings.appliancesTranslate !== false,
      ...(nic.networkSecurityGroup === undefined ? {} : { securityGroupId: nic.networkSecurityGroup }),
      applicationSecurityGroups: configurations.flatMap((one) => one.applicationSecurityGroups),
    },
  ];
}

function signedBy(vm: Machine | undefined): { signed?: SignedService[] } {
  const settings = vm?.securityProfile?.proxyAgentSettings;
  if (settings?.enabled !== true) return {};
  const signed = (['imds', 'wireServer'] as const).filter((name) => settings[name]?.mode === 'Enforce');
  return signed.length > 0 ? { signed } : {};
}

function isRunning(id: string, vm: Machine | undefined, { powerStates }: AzureReadings): boolean {
  const shown = vm?.instanceView?.statuses.find(({ code }) => code.startsWith('PowerState/'))?.code;
  return (powerStates?.[id] ?? shown?.slice('PowerState/'.length) ?? 'running') === 'running';
}

const hasPool = (pools: string[], { backendAddressPool }: { backendAddressPool?: string | undefined }) =>
  backendAddressPool !== undefined && pools.includes(backendAddressPool);

/** Private addresses of a load balancer whose rules hand on to one of these pools. */
function frontendsOf(balancer: Balancer, pools: string[]): string[] {
  const used = balancer.loadBalancingRules.filter((rule) => hasPool(pools, rule));
  return balancer.frontendIPConfigurations.flatMap(({ id, privateIPAddress }) =>
    used.some(({ frontendIPConfiguration }) => frontendIPConfiguration === id)
      ? (privateIPAddress ?? [])
      : [],
  );
}

function firewallFrom(firewall: MachineShapes['firewalls'][number]): InterfaceFacts[] {
  const { id } = firewall;
  const name = firewall.name ?? lastOf(id);
  return firewall.ipConfigurations.flatMap(({ privateIPAddress, subnet }) =>
    privateIPAddress === undefined || subnet === undefined
      ? []
      : [
          {
            id,
            name,
            subnetId: subnet,
            addresses: [privateIPAddress],
            machine: { id, name, running: true },
            primary: true,
            ipForwarding: true,
            publicAddress: true,
            frontends: [],
            translatesToInternet: true,
            applicationSecurityGroups: [],
          },
        ],
  );
}
