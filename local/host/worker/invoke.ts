import type { InvocationRequest, InvocationResponse } from '../messages';
import type { CoreInvocationContext, Registry } from './core';

/**
 * Runs one invocation through the programming model, with the app's hooks around it: pre-invocation hooks may replace the
 * inputs and the handler, post-invocation hooks the result and the error. Throws what the function (or a hook) threw.
 */
export async function invoke(
  registry: Registry,
  request: InvocationRequest,
  log: CoreInvocationContext['log'],
): Promise<InvocationResponse> {
  const registered = registry.functions.get(request.functionId);
  if (!registered) throw new Error(`Function "${request.functionId}" does not exist in this app.`);
  if (!registry.model) throw new Error('The app did not load a programming model ("@azure/functions").');

  const current: { context?: unknown } = {};
  const core: CoreInvocationContext = {
    invocationId: request.invocationId,
    request,
    metadata: registered.metadata,
    log: (level, category, message) => {
      const entry = { level, category, message, invocationContext: current.context };
      if (category === 'user') registry.runLogHooks(entry);
      log(entry.level, category, entry.message);
    },
  };
  const model = await registry.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  current.context = context;
  const shared = { hookData: {}, appHookData: registry.appHookData, invocationContext: context };

  core.state = 'preInvocationHooks';
  const before = { ...shared, functionCallback: registered.callback, inputs };
  await registry.runHooks('preInvocation', before);

  core.state = 'invocation';
  const after: typeof shared & { inputs: unknown[]; result: unknown; error: unknown } = {
    ...shared,
    inputs: before.inputs,
    result: null,
    error: null,
  };
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error ?? new Error('The function threw no error value.');
  }

  core.state = 'postInvocationHooks';
  await registry.runHooks('postInvocation', after);
  // Passed on as it is: an app may throw anything.
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  if (after.error !== null && after.error !== undefined) throw after.error;
  return model.getResponse(context, after.result);
}
