import type { FromWorker, LogLevel, ToWorker } from '../messages';
import { coreModule, provideModule, Registry } from './core';
import { invoke } from './invoke';
import { entryFiles, loadEntry } from './load';

/**
 * The app's process, forked by the functions host with the script root as its only argument. It loads the unmodified app
 * behind a stand-in for `@azure/functions-core`, announces the functions, and runs invocations until the host says
 * `terminate` or is gone.
 */
const hostVersion = '4.1037.0';
const scriptRoot = process.argv[2] ?? process.cwd();
const registry = new Registry();

// The host dying in any way, SIGKILL included, closes the channel: an app without a host must not run on.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the host decides when running invocations had their time.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

function asError(thrown: unknown): { message: string; stack: string } {
  if (thrown instanceof Error) return { message: thrown.message, stack: thrown.stack ?? '' };
  // Errors of another realm are no instances of this one's Error.
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) {
    return { message: String(thrown.message), stack: 'stack' in thrown ? String(thrown.stack) : '' };
  }
  return { message: String(thrown), stack: '' };
}

function log(level: LogLevel, category: string, message: string): void {
  send({ kind: 'log', level, category, message });
}

async function load(): Promise<void> {
  provideModule('@azure/functions-core', coreModule(registry, log, hostVersion));
  process.chdir(scriptRoot);
  for (const file of entryFiles(scriptRoot)) await loadEntry(scriptRoot, file);
  await registry.runHooks('appStart', { hookData: {}, appHookData: registry.appHookData });
  registry.lock();
  const capabilities = (await registry.model?.getCapabilities?.({})) ?? {};
  const httpUri = capabilities['HttpUri'];
  send({
    kind: 'ready',
    functions: [...registry.functions.values()].map(({ metadata }) => metadata),
    ...(typeof httpUri === 'string' ? { httpUri } : {}),
  });
}

async function run(request: Extract<ToWorker, { kind: 'invoke' }>['request']): Promise<void> {
  const { invocationId, functionId: functionName } = request;
  try {
    const response = await invoke(registry, request, (level, category, message) =>
      send({ kind: 'log', level, category, message, functionName, invocationId }),
    );
    send({ kind: 'returned', invocationId, response });
  } catch (thrown) {
    send({ kind: 'threw', invocationId, ...asError(thrown) });
  }
}

async function terminate(): Promise<void> {
  try {
    await registry.runHooks('appTerminate', { hookData: {}, appHookData: registry.appHookData });
  } catch (thrown) {
    log('error', 'system', `The appTerminate hook failed: ${asError(thrown).message}`);
  }
  process.disconnect();
}

process.on('message', (message: ToWorker) => {
  if (message.kind === 'invoke') void run(message.request);
  else void terminate();
});

load().catch((thrown: unknown) => {
  const { message, stack } = asError(thrown);
  process.send?.({ kind: 'unloadable', message, stack } satisfies FromWorker, () => process.exit(1));
});
