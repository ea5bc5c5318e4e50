import { randomUUID } from 'node:crypto';
import type * as durable from 'durable-functions';
import type { FunctionKind } from '../../../local/durable';
import { FunctionFailed } from '../../../local/durable';
import { Registry, coreModule } from '../../../local/host/worker/core';
import { invoke } from '../../../local/host/worker/invoke';
import { fromTyped } from '../../../local/host/typed';

type Durable = typeof durable;

/** Functions registered with the real durable-functions library, callable in this process. */
export interface App {
  functions: { name: string; kind: FunctionKind }[];
  invoke(name: string, triggerInput: string): Promise<unknown>;
  df: Durable;
}

const kinds: Record<string, FunctionKind> = {
  orchestrationTrigger: 'orchestration',
  activityTrigger: 'activity',
  entityTrigger: 'entity',
};

/** Loads the library over a stand-in for the worker's core module. Once per test file: the library keeps that module. */
export function loadApp(define: (df: Durable) => void): App {
  const registry = new Registry();
  const core = coreModule(registry, () => undefined, '4.0.0');
  jest.doMock('@azure/functions-core', () => core, { virtual: true });
  const df = jest.requireActual<Durable>('durable-functions');
  define(df);
  return {
    df,
    functions: [...registry.functions.values()].flatMap(({ metadata }) =>
      Object.values(metadata.bindings).flatMap((binding) => {
        const kind = kinds[binding.type ?? ''];
        return kind ? [{ name: metadata.name, kind }] : [];
      }),
    ),
    invoke: async (name, triggerInput) => {
      const metadata = registry.functions.get(name)?.metadata;
      const [trigger] = Object.entries(metadata?.bindings ?? {}).filter(([, { type }]) =>
        type?.endsWith('Trigger'),
      );
      const request = {
        invocationId: randomUUID(),
        functionId: name,
        inputData: [{ name: trigger?.[0] ?? '', data: { string: triggerInput } }],
        triggerMetadata: {},
      };
      try {
        const response = await invoke(registry, request, () => undefined);
        return fromTyped(response.returnValue);
      } catch (error) {
        throw error instanceof Error ? new FunctionFailed(error.message, error.stack) : error;
      }
    },
  };
}
