import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { Arm } from '../prove/arm';
import { azureTarget } from '../prove/azureTarget';
import { deleteCommand, deleteGroup, foreign } from '../prove/group';
import { prove } from '../prove/run';
import { simulatedTarget } from '../prove/simulatedTarget';
import type { Target } from '../prove/target';
import type { Judged } from '../prove/verdict';
import { Screen } from './demo/screen';
import { columns } from './demo/table';

const usage = `Usage: npm run prove -- --subscription ID --location REGION [options]
       npm run prove -- --subscription ID --clean GROUP
       npm run prove -- --simulated
  --subscription  subscription to work in, signed in to by "az login" or otherwise
  --location      region, for example westeurope
  --size          VM size of the host (default: the cheapest small one that can nest)
  --probe-size    VM size of the Linux machine that sends packets (default: the cheapest)
  --guest-image   URL of the raw disk of a Linux with cloud-init for the guest (default: Debian 12)
  --os            year of Windows Server: 2016, 2019, 2022 (default) or 2025
  --yes           does not ask before it makes anything
  --keep          leaves the resource group as it is at the end
  --output        folder of the report (default: prove-<time>)
  --mask-subscription  writes zeros for the subscription's id
  --clean         deletes the resource group of a run that was killed
  --simulated     runs against the simulated Azure; --seed N its seed (default 1)`;

const images: Record<string, string> = {
  2016: '2016-datacenter-gensecond',
  2019: '2019-datacenter-gensecond',
  2022: '2022-datacenter-g2',
  2025: '2025-datacenter-g2',
};

/** With every driver, Hyper-V's among them; boots by BIOS as well as by UEFI. */
const debian = 'https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-generic-amd64.raw';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      subscription: { type: 'string' },
      location: { type: 'string' },
      size: { type: 'string' },
      'probe-size': { type: 'string' },
      'guest-image': { type: 'string' },
      os: { type: 'string' },
      yes: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      output: { type: 'string' },
      'mask-subscription': { type: 'boolean', default: false },
      clean: { type: 'string' },
      simulated: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const { simulated, subscription, os, clean, keep, size } = values;
  const location = values.location ?? (simulated ? 'westeurope' : undefined);
  const usable =
    (simulated ? subscription === undefined : guid.test(subscription ?? '')) &&
    (clean !== undefined || /^[a-z0-9]+$/.test(location ?? '')) &&
    (os === undefined || images[os] !== undefined) &&
    /^https:\/\/[\w./%-]+$/.test(values['guest-image'] ?? debian) &&
    /^\d+$/.test(values.seed);
  if (!usable) throw new Error(usage);

  const screen = new Screen(process.stdout, false);
  const say = (...lines: string[]): void => screen.print(...lines);
  const data = mkdtempSync(join(tmpdir(), 'nested-hosts-prove-'));
  const signal = interrupts(say);
  let target: Target | undefined;
  try {
    target = simulated
      ? await simulatedTarget(data, Number(values.seed))
      : await azureTarget(subscription ?? '');
    const yes = values.yes || simulated;
    if (clean !== undefined) return await cleanUp(target, clean, yes, say, signal);
    const output = resolve(values.output ?? `prove-${new Date().toISOString().replace(/[:.]/g, '-')}`);
    const probeSize = values['probe-size'];
    const { judged, differences, troubles, failure, cleaned } = await prove(
      target,
      {
        runId: randomBytes(4).toString('hex'),
        location: location ?? '',
        guestImage: values['guest-image'] ?? debian,
        ...(size === undefined ? {} : { size }),
        ...(probeSize === undefined ? {} : { probeSize }),
        ...(os === undefined ? {} : { image: imageOf(os) }),
        ...{ keep, maskSubscription: values['mask-subscription'], output, data, say },
        confirm: () => confirmed('Make this?', yes, signal),
      },
      signal,
    );
    if (cleaned.state === 'nothing' && failure === undefined) return 1;
    say(...table(judged), '', ...differences.map((one) => `✖ ${one}`), `Report: ${output}`);
    const bad =
      differences.length + troubles.length > 0 || judged.some(({ verdict }) => verdict === 'refuted');
    return failure !== undefined || bad || !/^(gone|kept)$/.test(cleaned.state) ? 1 : 0;
  } finally {
    await target?.stop();
    rmSync(data, { recursive: true, force: true, maxRetries: 3 });
  }
}

const imageOf = (os: string) => ({
  publisher: 'MicrosoftWindowsServer',
  offer: 'WindowsServer',
  sku: images[os] ?? '',
  version: 'latest',
});

/** Ctrl-C ends the run, not its clean-up; only the third one ends everything. */
function interrupts(say: (...lines: string[]) => void): AbortSignal {
  const stop = new AbortController();
  let count = 0;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      count += 1;
      stop.abort(new Error(`Interrupted (${name})`));
      if (count === 2) say('Cleaning up. Once more ends it at once and leaves what is there.');
      if (count > 2) process.exit(130);
    });
  }
  return stop.signal;
}

async function confirmed(question: string, yes: boolean, signal: AbortSignal): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) throw new Error('Nobody is there to confirm. Say --yes.');
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  // A terminal that is asked does not pass Ctrl-C on.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const answer = await lines.question(`${question} Type yes: `, { signal }).finally(() => lines.close());
  return answer.trim().toLowerCase() === 'yes';
}

async function cleanUp(
  target: Target,
  group: string,
  yes: boolean,
  say: (...lines: string[]) => void,
  signal: AbortSignal,
): Promise<number> {
  const arm = new Arm(target, target);
  const found = await arm.get(arm.id(group));
  if (!found) {
    say(`There is no resource group ${group}.`);
    return 0;
  }
  const why = foreign(group, found);
  if (why !== undefined) throw new Error(`${group} is not deleted. ${why}`);
  if (!(await confirmed(`Delete ${group} with all that is in it?`, yes, signal))) return 1;
  const cleaned = await deleteGroup(arm, group, (seconds) => target.pass(seconds));
  if (cleaned.state === 'gone') say('It is gone.');
  else say(`It is still there (${cleaned.why}). ${deleteCommand(group, target.subscriptionId)}`);
  return cleaned.state === 'gone' ? 0 : 1;
}

function table(judged: readonly Judged[]): string[] {
  return columns([
    ['id', 'verdict', 'evidence'],
    ...judged.map(({ id, verdict, evidence }) => [id, verdict, evidence]),
  ]);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
