import { addressesOf, isRunning, switchAdapter } from '../interfaces';
import { PhaseFailure, changeService, claimsOf, findNic, readMemory, remember, strikeOff } from '../session';
import type { Session } from '../session';
import type { Adapter } from '../types';
import { dropSwitch } from '../windows/hyperV';
import { dropNatInterface, natInterfaces, routerAnswers, unconfigureRouter } from '../windows/router';
import { removeBootTask } from './bootTask';
import { assertServices, networkOf } from './network';
import { guestsOf } from './inventory';
import { clearFilters } from './protect';
import { removeStale } from './routes';

/** Takes away what phase network made, and nothing else. */
export function deconfigure(session: Session): void {
  const { state, plan } = session;
  assertUnused(session);
  const nic1 = findNic(session, 'NIC 1', plan.nic1);
  const nic2 = findNic(session, 'NIC 2', plan.nic2);
  if (readMemory(state).made.length > 0) assertServices(state);
  removeBootTask(session);
  removeRoutes(session);
  if (!isSilent(session)) {
    removeFilters(session);
    removeNat(session, nic1);
    removeRouter(session);
  }
  removeForwarding(session, { nic1, nic2 });
  removeDhcp(session);
  removeSwitch(session);
  session.facts.left = [
    ...(state.switches.some(({ name }) => name === plan.switchName) ? ['switch'] : []),
    ...(state.rras.routing === 'Installed' ? ['rras'] : []),
    ...(state.dhcp.scopes[networkOf(plan.ghosted.prefix)] ? ['dhcp:scope'] : []),
  ];
  const [finding] = session.findings;
  if (finding) throw finding;
}

function assertUnused({ state, plan }: Session): void {
  if (plan.routesHere === undefined) {
    throw new PhaseFailure(
      'routesUnknown',
      'Nobody has looked for routes in Azure that still point to this host.',
    );
  }
  if (plan.routesHere > 0) {
    throw new PhaseFailure(
      'stillRouted',
      `${plan.routesHere} routes in Azure still send ${plan.ghosted.prefix} to this host; remove them first.`,
    );
  }
  const guests = guestsOf(state).length;
  if (guests > 0) {
    throw new PhaseFailure('guestsPresent', `${guests} guests are on this host; remove them first.`);
  }
}

function removeRoutes(session: Session): void {
  for (const key of readMemory(session.state).routes) removeStale(session, key);
  remember(session.state, { routes: [] });
}

/** A router that is not ours and does not run keeps its settings to itself. */
function isSilent({ state, findings }: Session): boolean {
  const { made } = readMemory(state);
  if (made.includes('rras') || isRunning(state, 'RemoteAccess')) return false;
  if (!made.includes('nat') && !made.includes('filters')) return false;
  const message =
    'RemoteAccess does not run, so NAT and filters cannot be taken off it. Start the service first.';
  findings.push(new PhaseFailure('routerStopped', message));
  return true;
}

function removeFilters(session: Session): void {
  const { state, plan } = session;
  if (!readMemory(state).made.includes('filters')) return;
  const adapter = switchAdapter(state, plan.switchName);
  if (adapter) clearFilters(session, adapter.alias);
  strikeOff(state, 'filters');
}

function removeNat({ state, changed }: Session, nic1: Adapter): void {
  if (!readMemory(state).made.includes('nat')) return;
  if (nic1.alias in natInterfaces(state)) {
    dropNatInterface(state, nic1.alias);
    changed.push('nat:nic1');
  }
  strikeOff(state, 'nat');
}

function removeRouter({ state, changed, findings }: Session): void {
  if (!readMemory(state).made.includes('rras')) return;
  const shared =
    routerAnswers(state) &&
    (state.routes.some(({ router }) => router === true) ||
      Object.values(natInterfaces(state)).includes('full'));
  if (shared) {
    findings.push(
      new PhaseFailure(
        'routerShared',
        'RRAS has routes or NAT interfaces that were not made here; it is left as it is.',
      ),
    );
    return;
  }
  if (state.rras.routing === 'Installed') {
    unconfigureRouter(state);
    changed.push('rras');
  }
  strikeOff(state, 'rras');
}

function removeForwarding({ state, changed }: Session, nics: Record<string, Adapter>): void {
  for (const label of claimsOf(state, 'forwarding')) {
    const adapter = nics[label];
    if (adapter?.forwarding) {
      adapter.forwarding = false;
      changed.push(`forwarding:${label}`);
    }
    strikeOff(state, `forwarding:${label}`);
  }
}

function removeDhcp(session: Session): void {
  const { state, changed } = session;
  const { scopes, bindings } = state.dhcp;
  const claimed = { scopes: claimsOf(state, 'scope'), bindings: claimsOf(state, 'binding') };
  if (claimed.scopes.length + claimed.bindings.length === 0) return;
  changeService(session, 'DHCPServer');
  for (const id of claimed.scopes) {
    if (scopes[id]) changed.push('dhcp:scope');
    delete scopes[id];
    strikeOff(state, `scope:${id}`);
  }
  for (const alias of claimed.bindings) {
    if (bindings[alias] === true) {
      bindings[alias] = false;
      changed.push(`dhcp:binding:${alias}`);
    }
    strikeOff(state, `binding:${alias}`);
  }
}

function removeSwitch({ state, plan, changed, findings }: Session): void {
  const adapter = switchAdapter(state, plan.switchName);
  for (const address of claimsOf(state, 'address')) {
    const here = adapter && addressesOf(state, adapter.index).find((one) => one.address === address);
    if (here) {
      state.addresses = state.addresses.filter((one) => one !== here);
      changed.push('address');
    }
    strikeOff(state, `address:${address}`);
  }
  for (const name of claimsOf(state, 'switch')) {
    const found = state.switches.find((one) => one.name === name);
    if (found && found.type !== 'Internal') {
      findings.push(
        new PhaseFailure('switchType', `Switch ${name} is ${found.type}, not Internal; it is left as it is.`),
      );
      continue;
    }
    if (found) {
      dropSwitch(state, name);
      changed.push('switch');
    }
    strikeOff(state, `switch:${name}`);
  }
}
