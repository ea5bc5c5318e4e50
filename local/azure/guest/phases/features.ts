import { PhaseFailure, findNic, missingFeatures, neededFeatures, requestRestart } from '../session';
import type { Session } from '../session';

const hyperVFeatures = ['Hyper-V'];
const builds: Record<number, number> = { 2016: 14393, 2019: 17763, 2022: 20348, 2025: 26100 };

/** Installs what is missing; Hyper-V stays pending until the next boot. */
export function features(session: Session): void {
  const { state, plan } = session;
  const year = Number(/Windows Server (\d{4})/.exec(state.os)?.[1] ?? 0);
  session.facts.build = builds[year] ?? 9200;
  if (year < 2016) {
    throw new PhaseFailure(
      'unsupportedWindows',
      `Windows Server 2016 or later is needed; this is ${state.os}.`,
    );
  }
  findNic(session, 'NIC 1', plan.nic1);
  findNic(session, 'NIC 2', plan.nic2);
  const missing = missingFeatures(state).filter((name) => state.features[name] !== 'InstallPending');
  for (const name of missing) {
    const pending = hyperVFeatures.includes(name);
    state.features[name] = pending ? 'InstallPending' : 'Installed';
    if (pending) state.rebootPending = true;
    session.changed.push(`feature:${name}`);
  }
  if (missing.length > 0) session.worked += 90;
  addServices(session, missing);
  disableWebServer(session, missing);
  session.facts.features = Object.fromEntries(
    neededFeatures.map((name) => [name, state.features[name] ?? 'Available']),
  );
  session.checks.push({ name: 'features', ok: true });
  if (neededFeatures.some((name) => state.features[name] === 'InstallPending')) requestRestart(session);
}

function addServices({ state }: Session, installed: string[]): void {
  if (installed.includes('DHCP')) {
    state.services.DHCPServer ??= { status: 'Running', startType: 'Automatic' };
  }
  if (installed.includes('Routing')) {
    state.services.RemoteAccess ??= { status: 'Stopped', startType: 'Disabled' };
  }
}

/** The Routing role brings the web server with it; the script switches it off in the run that brought it. */
function disableWebServer({ state, changed }: Session, installed: string[]): void {
  if (!installed.includes('Routing') || state.services.W3SVC) return;
  state.services.W3SVC = { status: 'Stopped', startType: 'Disabled' };
  changed.push('service:W3SVC');
}
