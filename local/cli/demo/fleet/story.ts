import type { HostView } from '../../../launch/appClient';
import type { System } from '../../../launch/system';
import { defineNetwork } from '../../../launch/world';
import { readLeftovers } from '../endState';
import type { Screen } from '../screen';
import { watchAll } from './board';
import { adoptLab, buildLab, lab } from './byHand';
import { companyNetwork, createCompany, hosts, network, type Company } from './company';
import type { FleetDocument, FleetHost } from './document';
import { drift, plant, plantedSubnet, reconcileUntilGrace, reconciled } from './hands';
import { walkFleet } from './paths';
import { refused } from './refusal';
import { changedSince, snapshot } from './snapshot';
import { adoptionLines, brokenLines, driftLines, fleetTable, pathLines } from './tables';

/** Twelve hosts on a company's network, what goes wrong there, and the way back; returns what was read back. */
export async function tellFleet(system: System, screen: Screen, signal: AbortSignal): Promise<FleetDocument> {
  const { admin } = system;
  const company = await createCompany(system);
  const before = await snapshot(system, company.resourceIds);
  const built = await buildLab(system, company);
  screen.print(
    'A company: hub with firewall, VPN gateway to 192.168.0.0/16, spoke in another region.',
    'Its route table to-firewall sends everything from Apps to the firewall 10.60.9.4.',
    'HyperV-Lab, a Hyper-V host that somebody built by hand, has its guests in 10.60.180.0/24.',
    '',
  );

  await defineNetwork(system, network, companyNetwork(system, company, 'host'), signal);
  const refusal = await refused(system, signal);
  screen.print(
    'Routed straight to hosts, Apps would go round the firewall',
    `  refused: ${refusal.text}`,
    '',
  );
  await defineNetwork(system, network, companyNetwork(system, company, 'appliance'), signal);

  const onboarded = await all(system, screen, signal, 'Provision 12 hosts at once', hosts, (name) => [
    'POST',
    '/hosts',
    { network, name },
  ]);
  const fleet = await Promise.all(hosts.map((name) => hostOf(system, name)));
  screen.print('Hosts', ...fleetTable(fleet), '');
  const paths = await walkFleet(admin, hosts);
  screen.print('Packets, there and back', ...pathLines(paths), '');

  await drift(system, company);
  const broken = (await walkFleet(admin, hosts)).broken;
  screen.print('Somebody changes things by hand', ...brokenLines(broken));
  await plant(system, company);
  const repaired = await reconciled(system, signal);
  screen.print('Reconciliation', ...driftLines(repaired));
  const after = await walkFleet(admin, hosts);
  screen.print(...pathLines(after), '');
  const late = await reconcileUntilGrace(system, signal);
  const planted = { findings: late, still: await exists(system, company, plantedSubnet) };
  screen.print(`A day later, about the planted subnet ${plantedSubnet}`, ...driftLines(late), '');

  const adopted = await adoptLab(system, built, hosts, signal);
  screen.print('Adopt the host that was built by hand', ...adoptionLines(adopted), '');

  const tornDown = await all(system, screen, signal, 'Tear down all', [...hosts, lab], (name) => [
    'DELETE',
    `/hosts/${network}/${name}`,
  ]);
  await system.arm.delete(`${company.hubId}/subnets/${plantedSubnet}`);
  const changed = changedSince(before, await snapshot(system, company.resourceIds));
  const { routeTables, ...left } = readLeftovers(await admin.state(), company.resourceIds);
  const { requests, writes, conflicts, throttled } = (await admin.requests()).counts;
  screen.print(
    changed.length === 0
      ? "The company's tables, subnets and machines are as they were, but for etags."
      : `Changed: ${changed.join(', ')}`,
    '',
  );
  return {
    refusal: { code: refusal.code, names: refusal.names, writes: refusal.writes },
    hosts: fleet.map(({ name, state }) => ({ name, state })),
    allocated: allocated(fleet),
    paths,
    drift: { broken, findings: repaired, after },
    adopted,
    planted,
    changed,
    afterTeardown: { routeTables: routeTables.map(({ name }) => name).sort(), ...left },
    azure: { requests, writes, conflicts, throttled },
    simulatedSeconds: { onboarding: onboarded, teardown: tornDown },
  };
}

/** Orders the same of every host at once and waits for all; returns the simulated seconds from first to last. */
async function all(
  system: System,
  screen: Screen,
  signal: AbortSignal,
  heading: string,
  names: readonly string[],
  wish: (name: string) => [method: string, path: string, body?: unknown],
): Promise<number> {
  const answers = await Promise.all(names.map((name) => system.app.send<{ id?: string }>(...wish(name))));
  const ids = answers.map(({ status, body }) => {
    if (status !== 202 || body.id === undefined)
      throw new Error(`${heading}: ${status} ${JSON.stringify(body)}`);
    return body.id;
  });
  const operations = await watchAll(system, screen, signal, heading, ids);
  const started = operations.map(({ startedAt }) => Date.parse(startedAt ?? ''));
  const finished = operations.map(({ finishedAt }) => Date.parse(finishedAt ?? ''));
  return Math.round((Math.max(...finished) - Math.min(...started)) / 1000);
}

/** Who gets which is a matter of who came first; that nobody shares is not. */
function allocated(fleet: readonly FleetHost[]): FleetDocument['allocated'] {
  const last = (address: string): number =>
    Number(
      address
        .replace(/\.0\/\d+$/, '')
        .split('.')
        .at(-1),
    );
  const sorted = (values: string[]): string[] => values.sort((one, other) => last(one) - last(other));
  return {
    ghostedPrefixes: sorted(fleet.map(({ ghostedPrefix }) => ghostedPrefix)),
    natAddresses: sorted(fleet.map(({ natAddress }) => natAddress)),
    lanAddresses: sorted(fleet.map(({ lanAddress }) => lanAddress)),
  };
}

async function hostOf({ app }: System, name: string): Promise<FleetHost> {
  const { state, addresses } = await app.get<HostView>(`/hosts/${network}/${name}`);
  if (!addresses) throw new Error(`${name} has no addresses.`);
  return { name, state, ...addresses };
}

const exists = async ({ arm }: System, { hubId }: Company, subnet: string): Promise<boolean> =>
  (await arm.get(`${hubId}/subnets/${subnet}`)).status === 200;
