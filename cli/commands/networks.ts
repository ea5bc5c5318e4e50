import type { Command } from 'commander';
import type { NetworkView } from '../../shared/api/views';
import { CliError, exitCodes } from '../errors';
import { readText } from '../files';
import { columns } from '../output';
import { once, open, order, readAll } from '../session';

export function networkCommands(program: Command): void {
  const network = program.command('network').description('define and read networks');

  network
    .command('apply <name> <file>')
    .description('put the definition in the JSON file (- for standard input) in place')
    .option('--no-wait', 'do not wait for it')
    .action(async (name: string, file: string, { wait }: { wait: boolean }, command: Command) => {
      const body = readJson(file);
      const path = `/networks/${encodeURIComponent(name)}`;
      await order(open(command), { path, method: 'PUT', body, headers: once(), wait });
    });

  network
    .command('show <name>')
    .description('definition, state and how full its pools are')
    .action(async (name: string, _options: object, command: Command) => {
      const session = open(command);
      const view = await session.client.get<NetworkView>(`/networks/${encodeURIComponent(name)}`);
      session.output.result(view, () => [
        `${view.name}: ${view.state}`,
        ...columns([
          ['  pool', 'used', 'of'],
          ...view.occupancy.pools.map(({ prefix, used, total }) => [`  ${prefix}`, used, total]),
        ]),
        ...view.occupancy.foreign.ranges.map(({ prefix, by }) => `  not ours: ${prefix} ${by}`),
        ...view.occupancy.foreign.addresses.map(
          ({ address, by }) => `  not ours: ${address} ${by ?? '(refused by Azure)'}`,
        ),
        JSON.stringify(view.definition, null, 2),
      ]);
    });

  network
    .command('list')
    .description('all networks')
    .action(async (_options: object, command: Command) => {
      const session = open(command);
      const views = await readAll<NetworkView>(session, '/networks');
      session.output.result(views, () =>
        columns([
          ['network', 'state', 'prefixes used', 'of'],
          ...views.map(({ name, state, occupancy: { pools } }) => [
            name,
            state,
            pools.reduce((sum, { used }) => sum + used, 0),
            pools.reduce((sum, { total }) => sum + total, 0),
          ]),
        ]),
      );
    });
}

function readJson(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CliError(`${file} is not JSON: ${(error as Error).message}`, exitCodes.invalid);
  }
}
