import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { HostView } from '../../shared/api/views';
import { callbackField, callbackOptions, callbackQuery, type CallbackFlags } from '../callback';
import { CliError, exitCodes } from '../errors';
import { columns } from '../output';
import { once, open, order, read, readAll } from '../session';

interface Wish extends CallbackFlags {
  size?: string;
  osDisk?: number;
  dataDisk?: number;
  zone?: string;
  prefix?: string;
  priority?: number;
  ticket?: string;
  planHash?: string;
  keep?: boolean;
}

interface Removal extends CallbackFlags {
  force?: boolean;
  keepDisks?: boolean;
  keepVm?: boolean;
  ticket?: string;
  wait: boolean;
}

interface Repair extends CallbackFlags {
  allowInterruption?: boolean;
  metadataProtection?: string;
  priority?: number;
  ticket?: string;
  wait: boolean;
}

/** What of a plan is shown; the whole document comes with `--json`. */
interface Plan {
  network: string;
  host: string;
  empty: boolean;
  estimatedSeconds: number;
  addresses?: { ghostedPrefix: string; natAddress: string; lanAddress: string };
  resources: { step: string; kind: string; id: string; change: string }[];
  obstacles: { code: string; message: string }[];
  warnings: string[];
  planHash?: string;
}

export function hostCommands(program: Command): void {
  const host = program.command('host').description('plan, order, show and tear down hosts');

  wishes(host.command('plan <network> <name>'))
    .description('say what would be done, and do nothing')
    .action(async (network: string, name: string, wish: Wish, command: Command) => {
      const session = open(command);
      const plan = await read<Plan>(session, '/hosts', {
        method: 'POST',
        query: { dryRun: true },
        body: bodyOf(network, name, wish),
      });
      if (plan.obstacles.length > 0) {
        const lines = plan.obstacles.map(({ code, message }) => `${code}: ${message}`);
        throw new CliError(lines.join('\n'), exitCodes.refused, plan);
      }
      session.output.result(plan, () => planLines(plan));
    });

  callbackOptions(wishes(host.command('create <network> <name>')))
    .description('order a host')
    .option('--plan-hash <hash>', 'do what this plan says, or nothing')
    .option('--idempotency-key <key>', 'the same key is the same order, however often it is sent')
    .option('--no-wait', 'do not wait for it')
    .action(
      async (
        network: string,
        name: string,
        { wait, idempotencyKey, ...wish }: Wish & { wait: boolean; idempotencyKey?: string },
        command: Command,
      ) => {
        const body = bodyOf(network, name, wish);
        await order(open(command), {
          path: '/hosts',
          method: 'POST',
          body,
          headers: once(idempotencyKey),
          wait,
        });
      },
    );

  host
    .command('show <network> <name>')
    .description('state, addresses and what is wrong')
    .action(async (network: string, name: string, _options: object, command: Command) => {
      const session = open(command);
      const view = await session.client.get<HostView>(pathOf(network, name));
      session.output.result(view, () => hostLines(view));
    });

  host
    .command('list')
    .description('all hosts, or those of a network')
    .option('--network <network>')
    .action(async ({ network }: { network?: string }, command: Command) => {
      const session = open(command);
      const views = await readAll<HostView>(session, '/hosts', { network });
      session.output.result(views, () =>
        columns([
          ['network', 'host', 'state', 'guests', 'NIC 1', 'NIC 2'],
          ...views.map(({ network: on, name, state, addresses }) => [
            ...[on, name, state, addresses?.ghostedPrefix],
            ...[addresses?.natAddress, addresses?.lanAddress],
          ]),
        ]),
      );
    });

  callbackOptions(host.command('delete <network> <name>'))
    .description('tear a host down; refused while it has guests')
    .option('--force', 'also with guests, or where they cannot be counted')
    .option('--keep-disks', 'data disks stay')
    .option('--keep-vm', 'the VM stays, with NICs and disks: only what makes it a host goes')
    .option('--ticket <ticket>')
    .option('--no-wait', 'do not wait for it')
    .action(
      async (
        network: string,
        name: string,
        { force, keepDisks, keepVm: keepVirtualMachine, ticket, wait, ...flags }: Removal,
        command: Command,
      ) => {
        const query = { force, keepDisks, keepVirtualMachine, ticket, ...callbackQuery(flags) };
        await order(open(command), {
          path: pathOf(network, name),
          method: 'DELETE',
          query,
          headers: once(),
          wait,
        });
      },
    );

  callbackOptions(host.command('repair <network> <name>'))
    .description('run the sequence again on a host that is there')
    .option('--allow-interruption', 'restart Windows, or the VM, where nothing else helps')
    .option('--metadata-protection <full|filters>', "keep guests from the host's identity from now on")
    .option('--priority <0-9>', 'who goes first', number)
    .option('--ticket <ticket>')
    .option('--no-wait', 'do not wait for it')
    .action(
      async (
        network: string,
        name: string,
        { allowInterruption = false, metadataProtection, priority, ticket, wait, ...flags }: Repair,
        command: Command,
      ) => {
        const path = `${pathOf(network, name)}/repair`;
        await order(open(command), {
          path,
          method: 'POST',
          body: { allowInterruption, metadataProtection, priority, ticket, ...callbackField(flags) },
          headers: once(),
          wait,
        });
      },
    );
}

const pathOf = (network: string, name: string): string =>
  `/hosts/${encodeURIComponent(network)}/${encodeURIComponent(name)}`;

function wishes(command: Command): Command {
  return command
    .option('--size <size>', 'VM size')
    .option('--os-disk <GB>', 'size of the system disk', number)
    .option('--data-disk <GB>', 'a disk for guests', number)
    .option('--zone <zone>', 'availability zone')
    .option('--prefix <CIDR>', 'ghosted prefix of your choice')
    .option('--priority <0-9>', 'who goes first', number)
    .option('--ticket <ticket>', 'shown on the operation')
    .option('--keep', 'leave what was made if a step fails');
}

function number(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Not a number.');
  return Number(text);
}

function bodyOf(
  network: string,
  name: string,
  { osDisk, dataDisk, prefix, keep, callback, callbackEvents, ...wish }: Wish,
): object {
  const body = {
    ...{ network, name, ...wish },
    ...callbackField({ callback, callbackEvents }),
    ...{ osDiskSizeGb: osDisk, dataDiskSizeGb: dataDisk, ghostedPrefix: prefix },
    ...(keep === true ? { onFailure: 'keep' } : {}),
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

function planLines(plan: Plan): string[] {
  const { addresses, empty, estimatedSeconds, planHash, resources, warnings } = plan;
  const changes = resources.filter(({ change }) => change !== 'unchanged');
  return [
    empty
      ? 'Nothing to do: the host is as it should be.'
      : `${changes.length} writes, about ${Math.ceil(estimatedSeconds / 60)} minutes.`,
    ...(addresses
      ? [`  guests ${addresses.ghostedPrefix}, NIC 1 ${addresses.natAddress}, NIC 2 ${addresses.lanAddress}`]
      : []),
    ...columns(
      changes.map(({ step, change, kind, id }) => [`  ${step}`, change, kind, id.split('/').at(-1)]),
    ),
    ...warnings.map((warning) => `  warning: ${warning}`),
    ...(planHash === undefined || empty ? [] : [`  approve with: --plan-hash ${planHash}`]),
  ];
}

function hostLines({ network, name, state, addresses, operation, guest, reason }: HostView): string[] {
  return [
    `${network}/${name}: ${state}`,
    ...(addresses
      ? [
          `  guests  ${addresses.ghostedPrefix}`,
          `  NIC 1   ${addresses.natAddress}`,
          `  NIC 2   ${addresses.lanAddress}`,
        ]
      : []),
    ...(guest ? [`  Windows ${guest.os}, up since ${guest.bootTime}`] : []),
    ...(operation === undefined ? [] : [`  operation ${operation}`]),
    ...(reason === undefined ? [] : [`  ${reason}`]),
  ];
}
