import type { Evidence } from './evidence';
import { failedBefore, heard, phasesOf } from './judges';
import { notReached, proved, refuted, type Judge } from './verdict';

/** Judges of what the scripts believe of Windows. */

const lastFacts = ({ facts }: Evidence) => facts.at(-1);

export const scriptsRun: Judge = (evidence) => {
  const phases = phasesOf(evidence);
  if (phases.length === 0) return failedBefore(evidence, 'a script ran');
  const bad = phases.find(({ ok }) => !ok);
  if (bad) return refuted(`${bad.phase}: ${bad.error?.code} ${bad.error?.message}`);
  const version = lastFacts(evidence)?.powerShell ?? 'unknown';
  return /^5\.1/.test(version)
    ? proved(`${phases.length} runs in PowerShell ${version} ended well.`)
    : notReached(`${phases.length} runs ended well in PowerShell ${version}.`);
};

/** A folder that icacls could not close ends the first phase. */
export const folderCloses: Judge = (evidence) => {
  const open = phasesOf(evidence).find(({ error }) => error?.code === 'folderOpen');
  return open ? refuted(open.error?.message ?? 'folderOpen') : scriptsRun(evidence);
};

export const insideWindows: Judge = (evidence) => {
  const rounds = heard(evidence);
  const judged = scriptsRun(evidence);
  if (judged.verdict === 'refuted') return judged;
  if (rounds.length === 0) return failedBefore(evidence, 'a guest was heard');
  return notReached(
    `Summary: ${phasesOf(evidence).length} runs ended well and a guest was heard ${rounds.length} times; see the rows G.`,
  );
};

export const natSurvives: Judge = (evidence) => {
  const rounds = heard(evidence).filter(({ after }) => after.startsWith('restart'));
  const os = lastFacts(evidence)?.os ?? 'this image';
  if (evidence.restarts.length === 0) return failedBefore(evidence, 'the host was restarted');
  const lost = rounds.find(({ guest }) => guest.internet !== 'answered');
  if (lost) return refuted(`${os}: no internet for guests after ${lost.after}.`);
  if (rounds.length < evidence.restarts.length)
    return notReached(
      `${os}: a guest was heard after ${rounds.length} of ${evidence.restarts.length} restarts.`,
    );
  return notReached(`${os} alone was tried: NAT worked after ${rounds.length} of ${rounds.length} restarts.`);
};

export const oneRestart: Judge = (evidence) => {
  const phases = phasesOf(evidence);
  const features = phases.find(({ phase }) => phase === 'features');
  if (!features || evidence.facts.length === 0)
    return failedBefore(evidence, 'Windows was asked for its boot time');
  const asked = evidence.exchanges.filter(
    ({ method, url, status }) => method === 'POST' && /\/restart\?/.test(url) && status < 300,
  ).length;
  // The log and Windows' own boot time differ by seconds.
  const begun = Date.parse(features.bootTime) + 60_000;
  const boots = (lastFacts(evidence)?.boots ?? []).filter((time) => Date.parse(time) > begun).length;
  if (boots > asked) return refuted(`${asked} restarts were asked for, the log of Windows has ${boots}.`);
  return boots === asked
    ? proved(`${asked} restarts were asked for, and the log of Windows has as many.`)
    : notReached(`${asked} restarts were asked for, the log of Windows has only ${boots}.`);
};

export const webServer: Judge = (evidence) => {
  const facts = lastFacts(evidence);
  if (!facts) return failedBefore(evidence, 'Windows was asked');
  const state = facts.services['W3SVC'];
  if (state === undefined) return refuted('There is no W3SVC.');
  return heard(evidence).length > 0
    ? proved(`W3SVC is there (${state}), and packets pass.`)
    : failedBefore(evidence, 'a packet passed');
};

export const routerInstalls: Judge = (evidence) => {
  const network = phasesOf(evidence).find(({ phase }) => phase === 'network');
  if (!network) return failedBefore(evidence, 'the phase network ran');
  return network.ok
    ? proved(`The phase network ended well under Run Command and changed ${network.changed.length} items.`)
    : refuted(`${network.error?.code} ${network.error?.message}`);
};

export const dumpForm: Judge = (evidence) => {
  const facts = lastFacts(evidence);
  if (!facts) return failedBefore(evidence, 'Windows was asked');
  const line = facts.natDump.find((one) => /^add interface name="[^"]+" mode=full/i.test(one.trim()));
  return line === undefined
    ? refuted(`No line as expected among: ${facts.natDump.join(' | ') || 'nothing'}.`)
    : proved(`It says: ${line.trim()}`);
};

export const filterForm: Judge = (evidence) => {
  const facts = lastFacts(evidence);
  const rounds = heard(evidence).filter(({ after }) => after.startsWith('restart'));
  if (!facts || rounds.length === 0) return failedBefore(evidence, 'a guest was heard after a restart');
  const line = facts.filterDump.find((one) => /^add filter name="[^"]+" filtertype=INPUT/i.test(one.trim()));
  if (line === undefined) return refuted(`No filter among: ${facts.filterDump.join(' | ') || 'nothing'}.`);
  const open = rounds.find(({ guest }) => guest.metadata !== 'silent' || guest.wireServer !== 'silent');
  return open
    ? refuted(`After ${open.after} a guest got ${open.guest.metadata}/${open.guest.wireServer}.`)
    : proved(`Silent after ${rounds.length} restarts; the dump says: ${line.trim()}`);
};

export const deviceId: Judge = (evidence) => {
  const facts = lastFacts(evidence);
  if (!facts) return failedBefore(evidence, 'Windows was asked');
  const found = facts.adapters.some(({ guid }) => guid.toLowerCase() === facts.switchDeviceId.toLowerCase());
  return found ? proved(facts.switchDeviceId) : refuted(`No adapter has ${facts.switchDeviceId}.`);
};

export const startupTask: Judge = (evidence) => {
  const facts = evidence.facts.filter(({ after }) => after.startsWith('restart')).at(-1);
  if (!facts) return failedBefore(evidence, 'Windows was asked after a restart');
  const { task } = facts;
  if (!task) return refuted('There is no task nested-hosts.');
  if (task.lastResult !== 0) return refuted(`The task ended with ${task.lastResult}.`);
  return task.sameScript
    ? proved('The task ended with 0, and boot.ps1 is the script that was sent.')
    : refuted('boot.ps1 is not the script that was sent.');
};

export const descriptions: Judge = (evidence) => {
  const facts = lastFacts(evidence);
  if (!facts) return failedBefore(evidence, 'Windows was asked');
  const physical = facts.adapters.filter(({ virtual }) => !virtual);
  const synthetic = physical.filter(({ description }) =>
    description.startsWith('Microsoft Hyper-V Network Adapter'),
  );
  const others = physical.filter((one) => !synthetic.includes(one));
  const names = [...new Set(physical.map(({ description }) => description))].join(', ');
  if (synthetic.length < 2) return refuted(`Adapters: ${names}.`);
  const addressed = others.find(({ ipv4 }) => ipv4.length > 0);
  if (addressed) return refuted(`${addressed.description} carries ${addressed.ipv4.join(', ')}.`);
  return others.length === 0
    ? notReached(`Two synthetic adapters as expected; this size showed no VF: ${names}.`)
    : proved(`Without IPv4: ${others.map(({ description }) => description).join(', ')}.`);
};

export const translatedPlatform: Judge = (evidence) => {
  const rounds = heard(evidence);
  const [first] = rounds;
  if (!first) return failedBefore(evidence, 'a guest was heard');
  const { dns, metadata } = first.guest;
  if (dns !== 'answered') return refuted(`DNS at 168.63.129.16 for a guest: ${dns}.`);
  return notReached(`168.63.129.16 answers DNS; 169.254.169.254 behind the filters: ${metadata}.`);
};

/** Only what is not stored can be Azure's: the scripts keep their own routes. */
export const routesByLease: Judge = (evidence) => {
  const { facts } = evidence;
  if (facts.length === 0) return failedBefore(evidence, 'Windows was asked');
  const given = facts.map(({ after, platformRoutes = [] }) => ({
    after,
    routes: platformRoutes.filter(({ stored }) => !stored),
  }));
  const [first] = given;
  const prefixes = first?.routes.map(({ prefix }) => prefix).join(', ') ?? '';
  const other = given.flatMap(({ routes }) => routes).find(({ protocol }) => protocol !== 'Dhcp');
  if (other) return refuted(`${other.prefix} has protocol ${other.protocol}.`);
  if (prefixes === '') return notReached('Azure gave NIC 1 no host route of these.');
  const lost = given.find(({ routes }) => routes.map(({ prefix }) => prefix).join(', ') !== prefixes);
  return lost
    ? refuted(`${prefixes} at first, and ${lost.routes.length} of them after ${lost.after}.`)
    : proved(`${prefixes} by Dhcp, ${facts.length} times.`);
};

export const startTimes: Judge = (evidence) => {
  const { facts } = evidence;
  if (facts.length === 0) return failedBefore(evidence, 'Windows was asked');
  const apart = facts.map(({ begun, startTime }) => (Date.parse(begun) - Date.parse(startTime ?? '')) / 1000);
  if (apart.some(Number.isNaN)) return refuted('Azure named no start time, or Windows no time.');
  const most = Math.max(...apart.map(Math.abs));
  return most <= 10
    ? proved(`The two differ by at most ${most.toFixed(1)} s in ${facts.length} scripts.`)
    : refuted(`The two differ by ${most.toFixed(1)} s.`);
};
