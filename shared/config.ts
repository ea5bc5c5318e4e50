import { z } from 'zod';
import type { Authentication } from './api/identity';
import { defaultLookHours } from './reconcile/looks';
import {
  callbackEnvironment,
  callbackSettings,
  privateHostsAllowed,
  privateHostsRefusal,
  type CallbackSettings,
  unresolvedReference,
} from './callbacks/settings';
import { defaultTimeouts, type GuestTimeouts } from './guest/timeouts';

/** App settings, read from the environment at first use. Timer schedules are bound by the host, not read here. */
export interface Settings {
  storage: StorageSettings;
  /** Origin of Azure Resource Manager, without a slash at the end. */
  armEndpoint: string;
  /** URL of a Key Vault, with `{vault}` for its name. */
  vaultUrl: string;
  /** Client id of the user-assigned identity the app acts as; absent: the credential chain decides. */
  identityClientId?: string;
  /** False lets the reconciler change and delete things; true makes it report only. */
  reconcileDryRun: boolean;
  /** Hours for which a leftover must have been there before it is deleted, and most deletions of one run. */
  reconcileGraceHours: number;
  reconcileMostDeletes: number;
  /** Hours after which the reconciler looks into a host again; 0: never. */
  reconcileVerifyHours: number;
  /** Most provisionings that are in flight at once in one subscription; the others wait at the gate. */
  operationsInFlight: number;
  /** Most operations that one caller of the HTTP API may have open at once, those that wait included. */
  operationsPerCaller: number;
  /** Tells resources of several installations in one subscription apart. */
  installation: string;
  /** How long guests may take. */
  guestTimeouts: GuestTimeouts;
  callbacks: CallbackSettings;
  /** Blob container that the whole log of every guest phase goes to: its URL with a SAS. Absent: the log stays on the host. */
  guestLogContainer?: string;
}

export type StorageSettings =
  | { kind: 'connectionString'; connectionString: string }
  | { kind: 'identity'; tableServiceUri: string; queueServiceUri: string; clientId?: string };

const text = z.string().trim().min(1);
/** Azure ends a run command after 90 minutes at the latest unless it is told otherwise; a day is more than enough. */
const seconds = z.coerce.number().int().min(60).max(86_400);

const environment = z
  .object({
    AzureWebJobsStorage: text.optional(),
    AzureWebJobsStorage__tableServiceUri: z.url().optional(),
    AzureWebJobsStorage__queueServiceUri: z.url().optional(),
    AzureWebJobsStorage__clientId: text.optional(),
    ARM_ENDPOINT: z.url({ protocol: /^https$/ }).default('https://management.azure.com'),
    KEY_VAULT_URL: z
      .string()
      .regex(
        /^https:\/\/[^/?#]*\{vault\}|^https:\/\/[^?#]*\/\{vault\}$/,
        'An https URL with {vault} for the name.',
      )
      .default('https://{vault}.vault.azure.net'),
    AZURE_CLIENT_ID: text.optional(),
    RECONCILE_DRY_RUN: z.enum(['true', 'false']).default('true'),
    RECONCILE_GRACE_HOURS: z.coerce.number().int().min(0).max(720).default(24),
    RECONCILE_MOST_DELETES: z.coerce.number().int().min(0).max(100).default(10),
    RECONCILE_VERIFY_HOURS: z.coerce.number().int().min(0).max(720).default(defaultLookHours),
    OPERATIONS_IN_FLIGHT: z.coerce.number().int().min(1).max(1_000).default(20),
    OPERATIONS_PER_CALLER: z.coerce.number().int().min(1).max(100_000).default(500),
    GUEST_TIMEOUT_FEATURES: seconds.default(defaultTimeouts.features),
    GUEST_TIMEOUT_NETWORK: seconds.default(defaultTimeouts.network),
    GUEST_TIMEOUT_CHECK: seconds.default(defaultTimeouts.check),
    GUEST_TIMEOUT_RESTART: seconds.default(defaultTimeouts.restart),
    ...callbackEnvironment,
    GUEST_LOG_CONTAINER: z
      .string()
      .transform((value) => (unresolvedReference.test(value) ? undefined : value))
      .pipe(
        z
          .url({ protocol: /^https$/ })
          .refine(isContainerWithSas, 'must be the URL of a blob container with a SAS')
          .optional(),
      )
      .optional(),
    INSTALLATION: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/)
      .default('default'),
  })
  .refine(
    (env) =>
      env.AzureWebJobsStorage ??
      (env.AzureWebJobsStorage__tableServiceUri && env.AzureWebJobsStorage__queueServiceUri),
    {
      message:
        'Set AzureWebJobsStorage, or both AzureWebJobsStorage__tableServiceUri and AzureWebJobsStorage__queueServiceUri.',
    },
  )
  .refine(privateHostsAllowed, privateHostsRefusal);

function isContainerWithSas(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { pathname, searchParams } = new URL(text);
  return /^\/[^/]+\/?$/.test(pathname) && searchParams.has('sig');
}

/** Throws with every wrong setting by name; values are not repeated, they may be secrets. */
export function parseSettings(env: Record<string, string | undefined>): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = environment.safeParse(given);
  if (!result.success) {
    const wrong = result.error.issues.map((issue) =>
      [issue.path.join('.'), issue.message].filter(Boolean).join(': '),
    );
    throw new Error(`App settings are wrong. ${wrong.join('; ')}`);
  }
  const values = result.data;
  return {
    storage: storageOf(values),
    armEndpoint: values.ARM_ENDPOINT.replace(/\/+$/, ''),
    vaultUrl: values.KEY_VAULT_URL,
    ...(values.AZURE_CLIENT_ID !== undefined && { identityClientId: values.AZURE_CLIENT_ID }),
    ...(values.GUEST_LOG_CONTAINER !== undefined && { guestLogContainer: values.GUEST_LOG_CONTAINER }),
    reconcileDryRun: values.RECONCILE_DRY_RUN === 'true',
    reconcileGraceHours: values.RECONCILE_GRACE_HOURS,
    reconcileMostDeletes: values.RECONCILE_MOST_DELETES,
    reconcileVerifyHours: values.RECONCILE_VERIFY_HOURS,
    operationsInFlight: values.OPERATIONS_IN_FLIGHT,
    operationsPerCaller: values.OPERATIONS_PER_CALLER,
    installation: values.INSTALLATION,
    guestTimeouts: {
      features: values.GUEST_TIMEOUT_FEATURES,
      network: values.GUEST_TIMEOUT_NETWORK,
      check: values.GUEST_TIMEOUT_CHECK,
      restart: values.GUEST_TIMEOUT_RESTART,
    },
    callbacks: callbackSettings(values),
  };
}

function storageOf(values: z.infer<typeof environment>): StorageSettings {
  if (values.AzureWebJobsStorage !== undefined) {
    return { kind: 'connectionString', connectionString: values.AzureWebJobsStorage };
  }
  return {
    kind: 'identity',
    tableServiceUri: values.AzureWebJobsStorage__tableServiceUri ?? '',
    queueServiceUri: values.AzureWebJobsStorage__queueServiceUri ?? '',
    ...(values.AzureWebJobsStorage__clientId !== undefined && {
      clientId: values.AzureWebJobsStorage__clientId,
    }),
  };
}

export interface TelemetrySettings {
  /** Absent: not to Application Insights. */
  applicationInsights?: { connectionString: string; clientId?: string };
  /** Spans and metrics also go where the `OTEL_EXPORTER_OTLP_*` variables say. */
  otlp: boolean;
  serviceName: string;
  /** Real ms between two exports of metrics. */
  metricInterval: number;
}

/** Where telemetry goes. These are the names that Azure and OpenTelemetry gave the variables, so nothing is refused here. */
export function parseTelemetry(env: Record<string, string | undefined>): TelemetrySettings {
  const connectionString = env['APPLICATIONINSIGHTS_CONNECTION_STRING'];
  const clientId = env['AZURE_CLIENT_ID'];
  return {
    ...(connectionString && {
      applicationInsights: { connectionString, ...(clientId && { clientId }) },
    }),
    otlp: Boolean(env['OTEL_EXPORTER_OTLP_ENDPOINT']),
    metricInterval: Number(env['OTEL_METRIC_EXPORT_INTERVAL']) || 60_000,
    serviceName: env['OTEL_SERVICE_NAME'] || env['WEBSITE_SITE_NAME'] || 'nested-hosts',
  };
}

let current: Settings | undefined;

/** The settings of this process. */
export function settings(): Settings {
  current ??= parseSettings(process.env);
  return current;
}

const identity = z.discriminatedUnion('AUTH_MODE', [
  z.object({ AUTH_MODE: z.literal('functionKeys').default('functionKeys') }),
  z.object({
    AUTH_MODE: z.literal('entra'),
    AUTH_TENANT_ID: z.guid(),
    WEBSITE_AUTH_ENABLED: z.string().optional(),
  }),
]);

/** Every setting that the app reads, by its name in the environment; telemetry and timers name theirs where they read them. */
export const settingNames: readonly string[] = [
  ...new Set([environment, ...identity.options].flatMap(({ shape }) => Object.keys(shape))),
];

/**
 * How callers prove who they are. `WEBSITE_AUTH_ENABLED` is set by the platform, not by the operator. Throws if a setting is
 * wrong, so that an app whose callers nobody would check does not start.
 */
export function parseAuthentication(env: Record<string, string | undefined>): Authentication {
  const result = identity.safeParse({ ...env, AUTH_MODE: env['AUTH_MODE'] || undefined });
  if (!result.success) {
    throw new Error('Set AUTH_MODE to functionKeys, or to entra together with AUTH_TENANT_ID.');
  }
  const values = result.data;
  if (values.AUTH_MODE === 'functionKeys') return { mode: 'functionKeys' };
  const active = values.WEBSITE_AUTH_ENABLED?.toLowerCase() === 'true';
  return { mode: 'entra', tenantId: values.AUTH_TENANT_ID, active };
}

let authenticated: Authentication | undefined;

/** The same of this process; read while it loads, since the routes are bound to it. */
export function authentication(): Authentication {
  authenticated ??= parseAuthentication(process.env);
  return authenticated;
}
