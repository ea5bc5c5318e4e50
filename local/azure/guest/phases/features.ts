import { PhaseFailure, findNic, missingFeatures, neededFeatures, requestRestart } from '../session';
import type { Session } from '../session';
import { buildOf } from '../windows/images';
import { installFeatures } from '../windows/roles';
import { pendingRestart } from './settle';

const oldestBuild = 14393;

/** Installs what is missing; Hyper-V stays pending until the next boot. */
export function features(session: Session): void {
  const { state, plan } = session;
  const build = buildOf(state);
  session.facts.build = build;
  if (build < oldestBuild) {
    throw new PhaseFailure(
      'unsupportedWindows',
      `Windows Server 2016 or later is needed; this is ${state.os}.`,
    );
  }
  findNic(session, 'NIC 1', plan.nic1);
  findNic(session, 'NIC 2', plan.nic2);
  if (state.quirks?.cannotNest === true && state.features['Hyper-V'] === 'Available') {
    throw new PhaseFailure(
      'nestedVirtualizationUnavailable',
      'This VM cannot run Hyper-V: The processor does not have required virtualization capabilities.',
    );
  }
  installMissing(session);
  session.facts.features = Object.fromEntries(
    neededFeatures.map((name) => [name, state.features[name] ?? 'Available']),
  );
  session.checks.push({ name: 'features', ok: true });
  if (neededFeatures.some((name) => state.features[name] === 'InstallPending')) requestRestart(session);
}

function installMissing(session: Session): void {
  const { state, changed } = session;
  const missing = missingFeatures(state).filter((name) => state.features[name] !== 'InstallPending');
  if (missing.length === 0) return;
  const waiting = pendingRestart(state);
  if (waiting.length > 0 && session.plan.notBootedAt !== undefined) {
    throw new PhaseFailure('featuresFailed', 'The server that you specified requires a restart.');
  }
  if (waiting.length > 0) {
    requestRestart(session);
    throw new PhaseFailure(
      'restartFirst',
      `Windows has to restart for its ${waiting.join(' and ')} before features can be installed.`,
    );
  }
  const hadWebServer = state.services.W3SVC !== undefined;
  installFeatures(state, missing);
  changed.push(...missing.map((name) => `feature:${name}`));
  session.worked += 90;
  const webServer = state.services.W3SVC;
  if (hadWebServer || !webServer) return;
  Object.assign(webServer, { status: 'Stopped', startType: 'Disabled' });
  changed.push('service:W3SVC');
}
