import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { batchCommands } from './commands/batches';
import { checkCommands } from './commands/checks';
import { hostCommands } from './commands/hosts';
import { networkCommands } from './commands/networks';
import { operationCommands } from './commands/operations';
import { CliError, exitCodes } from './errors';

declare const packageVersion: string;

function program(): Command {
  const root = new Command('nested-hosts')
    .description(
      'Orders and watches Hyper-V hosts with routable nested VMs, over the HTTP API of a nested-hosts app.',
    )
    .version(packageVersion)
    .option('--url <url>', 'where the app is; else NESTED_HOSTS_URL, else the config file')
    .option('--key <key>', 'function key; else NESTED_HOSTS_KEY, else the config file')
    .option('--token <token>', 'access token, with Entra ID; else NESTED_HOSTS_TOKEN, else the config file')
    .option('--config <file>', 'default: ~/.config/nested-hosts/config.json')
    .option('--json', 'one JSON document on standard output')
    .option('--every <seconds>', 'how often to look while waiting', seconds, 5)
    .option('--timeout <seconds>', 'how long to wait', seconds, 7_200)
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride();
  networkCommands(root);
  hostCommands(root);
  batchCommands(root);
  operationCommands(root);
  checkCommands(root);
  return root;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('Not a number of seconds.');
  return value;
}

async function main(): Promise<number> {
  try {
    await program().parseAsync();
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.invalid;
    if (error instanceof CliError) {
      if (error.document !== undefined && process.argv.includes('--json')) {
        process.stdout.write(`${JSON.stringify(error.document)}\n`);
      } else process.stderr.write(`${error.message}\n`);
      return error.exitCode;
    }
    const { code, message } = error as NodeJS.ErrnoException;
    process.stderr.write(`${message}\n`);
    return code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR'
      ? exitCodes.invalid
      : exitCodes.unavailable;
  }
}

void main().then((code) => (process.exitCode = code));
