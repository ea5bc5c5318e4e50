import type { AppFunction } from '../appFunction';
import { keyMatches, presentedKey } from './auth';

export interface AdminContext {
  key: string;
  functions: AppFunction[];
  /** Test aids are served. */
  test: boolean;
  workerReady(): boolean;
  childPid(): number | undefined;
  killWorker(): void;
  /** Starts a queue- or timer-triggered function with this input; false when it is of another kind. */
  runManually(fn: AppFunction, input: string): boolean;
}

interface AdminAnswer {
  status: number;
  json?: unknown;
}

/**
 * The host's own endpoints below /admin, a subset of Azure's: status, ping, list of functions, manual runs. All but status
 * and ping take the key.
 */
export function handleAdmin(
  request: { method: string; url: URL; headers: Record<string, string>; body: string },
  context: AdminContext,
): AdminAnswer {
  const { method, url } = request;
  const path = url.pathname.toLowerCase().replace(/\/$/, '');
  if (path === '/admin/host/ping') return { status: 200 };
  if (method === 'GET' && path === '/admin/host/status') {
    const state = context.workerReady() ? 'Running' : 'Initializing';
    return {
      status: 200,
      json: { id: 'local', state, version: '4', processUptime: Math.round(process.uptime() * 1000) },
    };
  }
  if (!keyMatches(context.key, presentedKey(request.headers, url.searchParams))) return { status: 401 };
  if (method === 'GET' && path === '/admin/functions') {
    return {
      status: 200,
      json: context.functions.map(({ name, metadata }) => ({ name, bindings: metadata.bindings })),
    };
  }
  const [, name] = /^\/admin\/functions\/([^/]+)$/.exec(path) ?? [];
  if (method === 'POST' && name !== undefined) return manualRun(name, request.body, context);
  if (method === 'POST' && context.test && path === '/admin/host/kill-worker') {
    const childPid = context.childPid();
    context.killWorker();
    return { status: 200, json: { childPid } };
  }
  return { status: 404 };
}

function manualRun(name: string, body: string, context: AdminContext): AdminAnswer {
  const fn = context.functions.find((candidate) => candidate.name.toLowerCase() === decodeURIComponent(name));
  if (!fn) return { status: 404 };
  let input: unknown;
  try {
    const parsed: unknown = body === '' ? {} : JSON.parse(body);
    input = typeof parsed === 'object' && parsed !== null && 'input' in parsed ? parsed.input : '';
  } catch {
    return { status: 400 };
  }
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  return { status: context.runManually(fn, text) ? 202 : 400 };
}
