import { medianSeconds, type Latency } from '../azure/latencies';
import type { Evidence } from './evidence';
import { answerOf, at, pathOf, textAt, typeOf, type Exchange } from './exchange';
import { failedBefore, okay, sentText } from './judges';
import { paces, type Pace } from './paces';
import { notReached, proved, refuted, type Judge } from './verdict';

/** How long one kind of work took: between the last look that found it under way and the first that found it done. */
export interface Measured {
  what: string;
  count: number;
  /** Seconds; medians over `count`. */
  atLeast: number;
  atMost: number;
  /** What the simulated Azure takes for it, and how long the app waits before its first look; absent: neither says. */
  simulated?: number;
  pace?: number;
}

interface Kind {
  what: string;
  fits: (exchange: Exchange) => boolean;
  simulated?: Latency;
  pace?: Pace;
}

const kind = (
  method: string,
  type: string,
  more: Partial<Omit<Kind, 'what'>> & { what?: string } = {},
): Kind => ({
  ...more,
  what: more.what ?? `${method} ${type}`,
  fits: (one) => one.method === method && typeOf(one) === type.toLowerCase() && (more.fits?.(one) ?? true),
});

const made = ({ status }: Exchange): boolean => status === 201;
const phase = (name: string) => (one: Exchange) => pathOf(one).split('/').at(-1)?.includes(name) === true;

const kinds: readonly Kind[] = [
  kind('PUT', 'virtualNetworks', { simulated: 'virtualNetwork', pace: 'quick' }),
  kind('PUT', 'subnets', { simulated: 'subnet', pace: 'quick' }),
  // Azure answers it at once, recordings say.
  kind('PUT', 'networkInterfaces'),
  kind('PUT', 'routeTables', { simulated: 'routeTable', pace: 'quick' }),
  kind('PUT', 'routes', { simulated: 'route', pace: 'quick' }),
  kind('DELETE', 'routes', { simulated: 'route', pace: 'quick' }),
  kind('PUT', 'virtualMachines', {
    what: 'PUT virtualMachines (new)',
    fits: made,
    simulated: 'virtualMachineCreate',
    pace: 'virtualMachine',
  }),
  kind('DELETE', 'virtualMachines', { simulated: 'virtualMachineDelete', pace: 'deleteVirtualMachine' }),
  kind('POST', 'effectiveRouteTable', { simulated: 'effectiveRoutes' }),
  kind('DELETE', 'runCommands', { simulated: 'runCommandDelete' }),
];

const scripts: [name: string, pace: Pace][] = [
  ['features', 'features'],
  ['network', 'network'],
  ['verify', 'guestCheck'],
  ['inventory', 'guestCheck'],
];

/** Every kind of work that the recording has, with what the simulated Azure and the app think of it. */
export function measure({ exchanges, restarts }: Pick<Evidence, 'exchanges' | 'restarts'>): Measured[] {
  const rows: Measured[] = [];
  const add = (what: string, spans: readonly Span[], simulated?: number, pace?: number): void => {
    if (spans.length === 0) return;
    rows.push({
      what,
      count: spans.length,
      atLeast: median(spans.map(({ atLeast }) => atLeast)),
      atMost: median(spans.map(({ atMost }) => atMost)),
      ...(simulated === undefined ? {} : { simulated }),
      ...(pace === undefined ? {} : { pace }),
    });
  };
  for (const { what, fits, simulated, pace } of kinds) {
    const spans = exchanges.filter((one) => okay(one) && fits(one)).flatMap((one) => spanOf(one, exchanges));
    add(what, spans, simulated && medianSeconds[simulated], pace && paces[pace]);
  }
  for (const [name, pace] of scripts) {
    const asked = exchanges.filter(
      (one) => one.by === 'app' && one.method === 'PUT' && typeOf(one) === 'runcommands' && phase(name)(one),
    );
    add(
      `script ${name}`,
      asked.flatMap((one) => scriptSpan(one, exchanges)),
      undefined,
      paces[pace],
    );
  }
  const seconds = restarts.map(({ askedAt, readyAt }) => (readyAt - askedAt) / 1000);
  add(
    'restart until the agent is back',
    seconds.map((one) => ({ atLeast: one, atMost: one })),
    medianSeconds.restart,
    paces.restart,
  );
  return rows;
}

interface Span {
  atLeast: number;
  atMost: number;
}

/** From the request to the end of its operation, as far as somebody looked. */
function spanOf(first: Exchange, exchanges: readonly Exchange[]): Span[] {
  const url = first.responseHeaders['azure-asyncoperation'] ?? first.responseHeaders['location'];
  const done = (one: Exchange): boolean => {
    if (one.status === 202) return false;
    const state = textAt(answerOf(one), 'status') ?? textAt(answerOf(one), 'properties', 'provisioningState');
    return state === undefined || state === 'Succeeded';
  };
  const looks = exchanges.filter((one) => one.method === 'GET' && one.url === url && one.id > first.id);
  const seconds = (one: Exchange): number => (one.endedAt - first.startedAt) / 1000;
  if (url === undefined) return done(first) ? [{ atLeast: 0, atMost: seconds(first) }] : [];
  const end = looks.find(done);
  if (!end) return [];
  const before = looks.filter((one) => one.id < end.id).at(-1) ?? first;
  return [{ atLeast: seconds(before), atMost: seconds(end) }];
}

/** From the request to the end of the script, which the answer names. */
function scriptSpan(asked: Exchange, exchanges: readonly Exchange[]): Span[] {
  const ended = exchanges
    .filter((one) => one.method === 'GET' && pathOf(one) === pathOf(asked) && one.id > asked.id)
    .map((one) => at(answerOf(one), 'properties', 'instanceView', 'endTime'))
    .find((time) => typeof time === 'string');
  if (ended === undefined || sentText(asked, 'properties', 'source', 'script') === undefined) return [];
  const seconds = (Date.parse(ended) - asked.startedAt) / 1000;
  return [{ atLeast: seconds, atMost: seconds }];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return Math.round(middle * 10) / 10;
}

/** What is three times as fast or as slow as believed is worth a word. */
const factor = 3;

export function unlike({ atLeast, atMost, simulated, pace }: Measured): boolean {
  const believed = simulated ?? pace;
  return believed !== undefined && (atMost * factor < believed || atLeast > believed * factor);
}

export const latenciesFit: Judge = (evidence) => {
  if (evidence.provision?.status !== 'succeeded') return failedBefore(evidence, 'a host was ready');
  const rows = measure(evidence).filter(({ simulated, pace }) => (simulated ?? pace) !== undefined);
  const wrong = rows.filter(unlike);
  if (rows.length === 0) return notReached('Nothing was measured.');
  return wrong.length === 0
    ? proved(
        `${rows.length} kinds of work took less than ${factor} times and more than a third of what is believed.`,
      )
    : refuted(
        wrong
          .map(({ what, atMost, simulated, pace }) => `${what} ${atMost} s, believed ${simulated ?? pace} s`)
          .join('; '),
      );
};
