import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** Durations in host.json are `[d.]hh:mm:ss[.fraction]`; the result is milliseconds. Throws on anything else. */
export function timeSpan(text: string): number {
  const match = /^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?$/.exec(text);
  if (!match) throw new Error(`"${text}" is no time span (hh:mm:ss).`);
  const [, minus, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = '0'] = match;
  const ms =
    ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 +
    Number(`${seconds}.${fraction}`) * 1000;
  return Math.round(minus ? -ms : ms);
}

const span = z.string().transform((text, context) => {
  try {
    return timeSpan(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const hostJson = z.looseObject({
  // -1 asks for no limit; this is as long as a timer can wait.
  functionTimeout: z.union([z.literal('-1').transform(() => 2 ** 31 - 1), span]).default(30 * 60_000),
  extensions: z
    .looseObject({
      http: z.looseObject({ routePrefix: z.string().default('api') }).prefault({}),
      queues: z
        .looseObject({
          batchSize: z.int().min(1).max(32).default(16),
          newBatchThreshold: z.int().min(0).optional(),
          maxDequeueCount: z.int().min(1).default(5),
          // Azure polls at most every minute; Core Tools every two seconds.
          maxPollingInterval: z.union([span, z.number()]).default(2_000),
          visibilityTimeout: span.default(0),
          messageEncoding: z
            .string()
            .transform((text) => text.toLowerCase())
            .pipe(z.enum(['base64', 'none']))
            .default('base64'),
        })
        .prefault({}),
      durableTask: z
        .looseObject({
          hubName: z.string().default('TestHubName'),
          defaultVersion: z.string().optional(),
          maxConcurrentActivityFunctions: z.int().min(1).default(10),
          maxConcurrentOrchestratorFunctions: z.int().min(1).default(10),
        })
        .prefault({}),
    })
    .prefault({}),
});

/** host.json with the defaults filled in; durations in milliseconds. */
export type HostJson = z.infer<typeof hostJson>;
export type QueueSettings = HostJson['extensions']['queues'];

/**
 * Reads host.json of the script root; an absent file means defaults. App settings named `AzureFunctionsJobHost__a__b`
 * override its member a.b; the name of the hub may be that of a setting, `%NAME%`. Throws with the offending path when it is
 * invalid.
 */
export function readHostJson(scriptRoot: string, settings: Record<string, string>): HostJson {
  const file = path.join(scriptRoot, 'host.json');
  const json: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const parsed = hostJson.safeParse(overridden(json, settings));
  if (!parsed.success) throw new Error(`host.json: ${z.prettifyError(parsed.error)}`);
  const { durableTask } = parsed.data.extensions;
  durableTask.hubName = resolveSettings(settings, durableTask.hubName);
  return parsed.data;
}

function overridden(json: unknown, settings: Record<string, string>): unknown {
  return Object.entries(settings).reduce((result, [name, value]) => {
    const [prefix, ...members] = name.split(/__|:/);
    if (prefix?.toLowerCase() !== 'azurefunctionsjobhost' || members.length === 0) return result;
    return withMember(result, members, /^(\d+|true|false)$/.test(value) ? JSON.parse(value) : value);
  }, json);
}

function withMember(json: unknown, [first, ...rest]: string[], value: unknown): unknown {
  if (first === undefined) return value;
  const object: Record<string, unknown> = typeof json === 'object' && json !== null ? { ...json } : {};
  const member = Object.keys(object).find((key) => key.toLowerCase() === first.toLowerCase()) ?? first;
  return { ...object, [member]: withMember(object[member], rest, value) };
}

/** `Values` of local.settings.json, overridden by the real environment; the settings the app and its bindings see. */
export function readAppSettings(scriptRoot: string, environment: NodeJS.ProcessEnv): Record<string, string> {
  const file = path.join(scriptRoot, 'local.settings.json');
  const local = z
    .looseObject({
      IsEncrypted: z.literal(false).optional(),
      Values: z.record(z.string(), z.string()).default({}),
    })
    .parse(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});
  const real = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...local.Values, ...Object.fromEntries(real) };
}

/** A setting by name; names are not case-sensitive, and `a:b` may be written `a__b`. */
export function setting(settings: Record<string, string>, name: string): string | undefined {
  const wanted = name.replaceAll(':', '__').toLowerCase();
  const found = Object.keys(settings).find((key) => key.replaceAll(':', '__').toLowerCase() === wanted);
  return found === undefined ? undefined : settings[found];
}

/** Replaces every `%NAME%` by that app setting. Throws when a setting is missing, as the Functions host does. */
export function resolveSettings(settings: Record<string, string>, text: string): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = setting(settings, name);
    if (value === undefined) throw new Error(`"%${name}%" does not resolve to a value: no such app setting.`);
    return value;
  });
}
