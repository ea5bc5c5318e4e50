import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { WindowsState } from '../../../local/azure/guest';
import type { GuestResult } from '../../../shared/guest';

/** What one phase must say when it finds Windows in one state; README.md explains the fields. */
const guestCase = z.strictObject({
  name: z.string(),
  /** Image SKU that the machine was made of. */
  image: z.string().default('2022-datacenter-g2'),
  /** Accelerated networking: each NIC has a twin of the same MAC. */
  accelerated: z.boolean().default(false),
  start: z.enum(['fresh', 'installed', 'configured']),
  /** Seconds since Windows started; absent: it did so long ago. */
  up: z.number().optional(),
  /** Cases of boot: what Windows comes up from. */
  boot: z.enum(['restarted', 'deallocated']).default('restarted'),
  /** Edits of the state before the run: path -> value, null removes. */
  change: z.record(z.string(), z.json()).default({}),
  /** Overrides of the plan, of `start` and of the run alike. */
  plan: z.record(z.string(), z.json()).default({}),
  /** Overrides of the plan for the run alone. */
  run: z.record(z.string(), z.json()).default({}),
  expect: z.strictObject({
    /** Absent: the phase succeeds. */
    error: z.string().optional(),
    changed: z.array(z.string()).default([]),
    restartNeeded: z.boolean().default(false),
    /** Check -> true, or what it says is wrong; complete. */
    checks: z.record(z.string(), z.union([z.literal(true), z.string()])).default({}),
    /** Complete. */
    facts: z.record(z.string(), z.json()).default({}),
  }),
});
export type GuestCase = z.infer<typeof guestCase>;

/** The cases of a phase. Throws ZodError on a file that is not what README.md says. */
export function casesOf(phase: string): GuestCase[] {
  return z.array(guestCase).parse(JSON.parse(readFileSync(join(__dirname, `${phase}.json`), 'utf8')));
}

/** The part of a result that a case speaks of, in the case's own form. */
export function outcomeOf(result: GuestResult): Required<Omit<GuestCase['expect'], 'error'>> & {
  error?: string;
} {
  const { changed, restartNeeded, checks, facts, error } = result;
  return {
    ...(error === undefined ? {} : { error: error.code }),
    changed,
    restartNeeded,
    checks: Object.fromEntries(checks.map(({ name, ok, detail }) => [name, ok || (detail ?? '')])),
    facts: z.record(z.string(), z.json()).parse(facts),
  };
}

/** What the startup task left of its last run, in the form of a case: its report, and the level of its event. */
export function bootOutcomeOf(state: WindowsState): Record<string, unknown> {
  const report = bootReport.parse(
    JSON.parse(state.files['C:\\ProgramData\\nested-hosts\\boot.json'] ?? '{}'),
  );
  const { boot, changed, error } = report;
  return {
    ...(error === undefined ? {} : { error: error.code }),
    changed,
    facts: { thisBoot: boot === state.bootTime, event: state.events?.at(-1)?.level ?? 'none' },
  };
}

const bootReport = z.object({
  boot: z.string(),
  changed: z.array(z.string()),
  error: z.object({ code: z.string() }).optional(),
});

type Json = z.infer<ReturnType<typeof z.json>>;

/** `key`, `key[field=value]` or `key[+]`. */
const segment = /^([^[]*)(?:\[(?:(\w+)=(.*)|\+)\])?$/;

/**
 * The value with edits made: `services/vmms/status`, `adapters[alias=Ethernet]/forwarding`,
 * `routes[prefix=10.0.0.0/22]`, `routes[+]` to append. Throws if a path leads nowhere.
 */
export function edited<T>(value: T, changes: Record<string, unknown>): T {
  const copy = structuredClone(value);
  for (const [path, change] of Object.entries(changes)) edit(copy, path, change);
  return copy;
}

function edit(root: unknown, path: string, change: unknown): void {
  const steps = path.split(/\/(?![^[]*\])/);
  let holder = root;
  steps.forEach((step, position) => {
    const [, key = '', field, wanted] = segment.exec(step) ?? [];
    const last = position === steps.length - 1;
    if (!isObject(holder)) throw new Error(`${path}: nothing at ${step}`);
    if (!step.endsWith(']')) {
      if (!last) holder = holder[key];
      else if (change === null) delete holder[key];
      else holder[key] = change;
      return;
    }
    const list = holder[key];
    if (!Array.isArray(list)) throw new Error(`${path}: ${key} is no list`);
    if (field === undefined) return void list.push(change);
    const found = list.findIndex((one) => isObject(one) && String(one[field]) === wanted);
    if (found < 0) throw new Error(`${path}: nothing fits ${step}`);
    if (!last) holder = list[found];
    else list.splice(found, 1, ...(change === null ? [] : [change]));
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type { Json };
