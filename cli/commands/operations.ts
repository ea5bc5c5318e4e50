import type { Command } from 'commander';
import type { OperationView } from '../../shared/api/views';
import { open, tell } from '../session';
import { endLines, watchOperation } from '../watch';

export function operationCommands(program: Command): void {
  const operation = program.command('operation').description('follow, cancel or restart operations');

  operation
    .command('watch <id>')
    .description('follow an operation to its end')
    .action(async (id: string, _options: object, command: Command) => {
      const { client, output, patience } = open(command);
      tell(output, await watchOperation(client, output, id, patience));
    });

  operation
    .command('cancel <id>')
    .description('stop an operation; what a provisioning made is undone')
    .action(async (id: string, _options: object, command: Command) => {
      const { client, output } = open(command);
      const { status, body } = await client.call<OperationView>(`/operations/${encodeURIComponent(id)}`, {
        method: 'DELETE',
      });
      output.result(body, () =>
        status === 202
          ? [`operation ${id} will stop at its next step`]
          : [`over already. ${endLines(body).join('\n')}`],
      );
    });

  operation
    .command('restart <id>')
    .description('have an operation go on whose orchestration was lost')
    .action(async (id: string, _options: object, command: Command) => {
      const { client, output } = open(command);
      const { status, body } = await client.call<OperationView>(
        `/operations/${encodeURIComponent(id)}/restart`,
        { method: 'POST' },
      );
      output.result(body, () =>
        status === 202 ? [`operation ${id} goes on`] : [`over already. ${endLines(body).join('\n')}`],
      );
    });
}
