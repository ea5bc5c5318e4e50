import path from 'node:path';
import { startHost, type Ready, type RunningHost } from '../host/host';
import { parseOptions, usage, type HostOptions } from '../host/options';
import { textOption, type AppFunction } from '../host/appFunction';

/** Entry of the embedded functions host: `func start`. */
async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2), process.cwd());
  const started: { host?: RunningHost } = {};
  let ending = false;
  const end = (reason: string): void => {
    if (ending) return;
    ending = true;
    log(options, `Stopping (${reason}).`);
    // Before it is ready there is nothing worth ending gracefully.
    void (started.host?.stop() ?? Promise.resolve()).finally(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(signal));
  endWithParent(() => end('the parent process is gone'));

  started.host = await startHost(options, {
    workerFile: path.join(__dirname, 'worker.js'),
    environment: process.env,
    output: options.json ? 2 : 1,
    log: (line) => log(options, line),
  });
  announce(options, started.host.ready);
}

/** A launcher that dies without a word must not leave this host behind. */
function endWithParent(end: () => void): void {
  if (process.env['NESTED_HOSTS_PARENT'] !== 'ipc') return;
  if (process.connected) process.once('disconnect', end);
  else process.stdin.once('end', end).resume();
}

function announce(options: HostOptions, { url, functionKey, childPid, functions, routes }: Ready): void {
  const line = (fn: AppFunction): string => {
    const route = routes.find((candidate) => candidate.fn === fn);
    if (!route) return `  ${fn.name}: ${textOption(fn.trigger, 'type') ?? ''}`;
    return `  ${fn.name}: [${route.methods?.join(',') ?? 'any'}] ${url}/${route.template.text}`;
  };
  log(options, ['Functions:', ...functions.map(line)].join('\n'));
  console.log(
    options.json
      ? JSON.stringify({ ready: true, url, functionKey, childPid })
      : `Host ready ${url} key=${functionKey}`,
  );
}

function log({ json }: HostOptions, line: string): void {
  const stamped = `[${new Date().toISOString()}] ${line}`;
  if (json) console.error(stamped);
  else console.log(stamped);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof Error && /Unknown (command|option)|is no port/.test(error.message))
    console.error(usage);
  process.exit(1);
});
