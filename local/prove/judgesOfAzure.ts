import type { ArmBody } from './arm';
import { answerOf, at, listAt, pathOf, sentOf, textAt, typeOf } from './exchange';
import { failedBefore, heard, inEveryRound, okay, phasesOf, putsOf, refusalsOf } from './judges';
import { notReached, proved, refuted, type Judge } from './verdict';

/** Judges of what the app believes of Azure. */

export const standardSecurity: Judge = (evidence) => {
  const { machine, probe, size } = evidence;
  if (!machine || !probe) return failedBefore(evidence, 'both machines ran');
  const security = (of: unknown) => textAt(of, 'properties', 'securityProfile', 'securityType') ?? 'Standard';
  if (security(probe) !== 'Standard')
    return refuted(`A machine created without securityProfile shows ${security(probe)}.`);
  if (heard(evidence).length === 0) return failedBefore(evidence, 'a guest was heard on the host');
  return proved(`The probe shows no other security type; a guest ran on ${size} (${security(machine)}).`);
};

export const families: Judge = (evidence) => {
  const features = phasesOf(evidence).find(({ phase }) => phase === 'features');
  if (!features) return failedBefore(evidence, 'Hyper-V was asked for');
  if (!features.ok) return refuted(`${evidence.size}: ${features.error?.code} ${features.error?.message}`);
  const ran = heard(evidence).length > 0 ? 'and ran a guest' : 'and ran no guest so far';
  return notReached(`One size says nothing of the others: ${evidence.size} took Hyper-V ${ran}.`);
};

export const deletesWithMachine: Judge = (evidence) => {
  const { machine, osDisk, leftovers, exchanges, teardown } = evidence;
  if (!machine || !teardown || !leftovers) return failedBefore(evidence, 'the host was torn down');
  const list = (of: ArmBody | undefined): string =>
    Object.entries(of?.tags ?? {})
      .map((tag) => tag.join('='))
      .sort()
      .join(', ');
  if (list(osDisk) !== list(machine))
    return refuted(`The OS disk has the tags ${list(osDisk) || 'none'}, the machine ${list(machine)}.`);
  const byApp = exchanges.filter(
    (one) =>
      one.method === 'DELETE' &&
      one.by === 'app' &&
      /^(networkinterfaces|disks)$/.test(typeOf(one)) &&
      okay(one),
  );
  const [first] = byApp;
  if (first) return refuted(`The app had to delete ${pathOf(first).split('/').at(-1)} itself.`);
  const left = leftovers.filter((id) => /networkinterfaces|disks/i.test(id));
  if (left.length > 0) return refuted(`Still there: ${left.join(', ')}.`);
  return proved("NICs and OS disk went without a DELETE of their own; the disk had the machine's tags.");
};

export const forwardingInPlace: Judge = (evidence) => {
  const puts = putsOf(evidence, 'networkInterfaces').filter(okay);
  const created = puts.filter((one) => at(sentOf(one), 'properties', 'enableIPForwarding') === undefined);
  const switched = puts.filter(
    (one) =>
      at(sentOf(one), 'properties', 'enableIPForwarding') === true &&
      at(answerOf(one), 'properties', 'virtualMachine') !== undefined,
  );
  const on = created.filter((one) => at(answerOf(one), 'properties', 'enableIPForwarding') === true);
  if (on.length > 0) return refuted('A NIC created without the flag came with it on.');
  if (created.length === 0 || switched.length === 0)
    return failedBefore(evidence, 'a NIC was created and switched');
  const answered = switched.every((one) => at(answerOf(one), 'properties', 'enableIPForwarding') === true);
  return answered
    ? proved(`${created.length} NICs came with it off; one was switched on while attached.`)
    : refuted('An attached NIC was not switched on by the PUT.');
};

export const sentBack: Judge = (evidence) => {
  const puts = putsOf(evidence, 'subnets').filter(({ requestHeaders }) => requestHeaders['if-match']);
  if (puts.length === 0) return failedBefore(evidence, 'a subnet was sent back');
  const refusedPuts = puts.filter(({ status }) => status === 400);
  if (refusedPuts.length > 0) return refuted(`Azure answered ${refusalsOf(refusedPuts)}.`);
  const taken = puts.filter(okay);
  if (taken.length === 0) return refuted(`None was taken: ${refusalsOf(puts)}.`);
  const whole = taken.filter(
    (one) =>
      textAt(sentOf(one), 'etag') !== undefined &&
      at(sentOf(one), 'properties', 'ipConfigurations') !== undefined,
  ).length;
  return proved(
    `${taken.length} of ${puts.length} were taken, ${whole} with users of the subnet and ETag in them.`,
  );
};

export const operationGone: Judge = ({ exchanges }) => {
  const gone = exchanges.filter((one) => one.status === 404 && /\/operations\//.test(pathOf(one)));
  return gone.length === 0
    ? notReached('No operation URL answered 404.')
    : notReached(`${gone.length} operation URLs answered 404; see the recording for what became of them.`);
};

export const runCommandIsReliable: Judge = (evidence) => {
  const phases = phasesOf(evidence);
  if (phases.length === 0) return failedBefore(evidence, 'a script ran');
  const wrong = phases.find(
    ({ ok, executionState, exitCode }) => ok && (executionState !== 'Succeeded' || exitCode !== 0),
  );
  if (wrong)
    return refuted(`${wrong.phase} succeeded, Azure says ${wrong.executionState}, ${wrong.exitCode}.`);
  const { ranTwice } = evidence;
  if (!ranTwice) return failedBefore(evidence, 'one name was put twice');
  if (ranTwice.runs !== 1)
    return refuted(`A script that was put twice under one name ran ${ranTwice.runs} times.`);
  return proved(`${phases.length} scripts ended as Azure says; one name, put twice, ran once.`);
};

export const agentTime: Judge = (evidence) => {
  const { restarts } = evidence;
  if (restarts.length === 0) return failedBefore(evidence, 'the host was restarted');
  const timeless = restarts.filter(({ reportReady }) => reportReady === undefined);
  if (timeless.length > 0) return refuted(`${timeless.length} reports of the agent carried no time.`);
  const old = restarts.filter(({ reportReady = 0, askedAt }) => reportReady <= askedAt);
  if (old.length > 0) return refuted('A report that said ready was older than the restart.');
  const stale = restarts.filter(({ reportAtEnd = Infinity, askedAt }) => reportAtEnd <= askedAt).length;
  return proved(
    `${restarts.length} restarts: the report became newer than the restart; ${stale} times an old one still stood first.`,
  );
};

export const errorTexts: Judge = ({ exchanges }) => {
  const codes = refusalsOf(exchanges.filter(({ status }) => status >= 400 && status !== 404));
  return notReached(codes === '' ? 'Azure refused nothing.' : `The run provokes none; Azure said: ${codes}.`);
};

export const policiesAsked: Judge = (evidence) => {
  const asked = evidence.exchanges.filter((one) => /\/checkpolicyrestrictions$/.test(pathOf(one)));
  if (asked.length === 0) return failedBefore(evidence, 'policies were asked');
  const refusals = asked.filter((one) => !okay(one));
  return refusals.length > 0
    ? refuted(`Azure answered ${refusalsOf(refusals)}.`)
    : proved(`${asked.length} questions were answered with 200.`);
};

export const correlation: Judge = ({ exchanges }) => {
  const name = 'x-ms-correlation-request-id';
  const sent = exchanges.filter(({ requestHeaders, by }) => by === 'app' && requestHeaders[name]);
  if (sent.length === 0) return notReached('No request carried a correlation id.');
  const changed = sent.filter(
    ({ requestHeaders, responseHeaders }) =>
      responseHeaders[name]?.toLowerCase() !== requestHeaders[name]?.toLowerCase(),
  );
  if (changed.length > 0) return refuted(`${changed.length} of ${sent.length} came back as another one.`);
  return notReached(
    `First half only: ${sent.length} correlation ids came back as sent. The trace context comes from the Functions host.`,
  );
};

export const dnsForGuests = inEveryRound(
  '168.63.129.16 and a guest',
  ({ dns }) => dns,
  ({ dns, dnsServers }) => dns === 'answered' && dnsServers.includes('168.63.129.16'),
);

export const proxyAgent: Judge = (evidence) => {
  const { machine } = evidence;
  if (!machine) return failedBefore(evidence, 'the host ran');
  const settings = at(machine, 'properties', 'securityProfile', 'proxyAgentSettings');
  if (settings === undefined) return refuted('The machine was created without it or does not show it.');
  const security = textAt(machine, 'properties', 'securityProfile', 'securityType') ?? 'Standard';
  if (security !== 'Standard') return refuted(`The machine shows the security type ${security}.`);
  const { provision } = evidence;
  return provision?.status === 'succeeded'
    ? proved('The machine shows the settings, is Standard, and its agent ran every script.')
    : failedBefore(evidence, 'the agent had run every script');
};

export const filtersProtect: Judge = (evidence) => {
  const rounds = heard(evidence);
  if (rounds.length === 0) return failedBefore(evidence, 'a guest was heard');
  const seen = ({ guest }: (typeof rounds)[number]): string[] => [guest.metadata, guest.wireServer];
  // A filter drops without a word; whatever answers or refuses is Azure, behind the filter.
  const open = rounds.find((round) => seen(round).some((one) => one === 'answered' || one === 'refused'));
  if (open)
    return refuted(`After ${open.after} metadata and wire server to a guest: ${seen(open).join(', ')}.`);
  const odd = rounds.find((round) => seen(round).includes('failed'));
  return odd
    ? notReached(`After ${odd.after} a guest met another error than silence: ${seen(odd).join(', ')}.`)
    : proved(`Metadata and wire server were silent to a guest in ${rounds.length} rounds.`);
};

export const routesApart: Judge = (evidence) => {
  const { besideOtherRoute } = evidence;
  if (!besideOtherRoute) return failedBefore(evidence, 'another route came and went');
  const { sent, answered } = besideOtherRoute;
  return answered === sent
    ? proved(`${sent} pings of the guest were answered while another route came and went.`)
    : refuted(`${sent - answered} of ${sent} pings were lost while another route came and went.`);
};

export const routesInForce: Judge = (evidence) => {
  const own = evidence.exchanges.filter(({ by }) => by === 'app');
  const asked = own.filter((one) => one.method === 'POST' && typeOf(one) === 'effectiveroutetable');
  if (asked.length === 0) return failedBefore(evidence, 'a host was verified');
  const refusals = asked.filter(({ status }) => status >= 400);
  if (refusals.length > 0) return refuted(`Azure answered ${refusalsOf(refusals)}.`);
  const unplaced = asked.filter(
    ({ status, responseHeaders }) => status === 202 && !responseHeaders['location'],
  );
  if (unplaced.length > 0) return refuted('A question was taken without a place for its answer.');
  const answers = own.filter(
    (one) =>
      one.status === 200 && typeOf(one) === 'operationresults' && listAt(answerOf(one), 'value').length > 0,
  );
  if (answers.length === 0) return refuted(`${asked.length} questions, and no list of routes.`);
  const verified = evidence.differences.filter((one) => one.startsWith('Effective routes'));
  if (verified[0] !== undefined) return refuted(verified[0]);
  const kinds = answers.flatMap((one) =>
    listAt(answerOf(one), 'value').flatMap((route) => textAt(route, 'nextHopType') ?? []),
  );
  return proved(
    `${asked.length} questions, ${answers.length} lists of routes; next hops: ${[...new Set(kinds)].sort().join(', ')}.`,
  );
};
