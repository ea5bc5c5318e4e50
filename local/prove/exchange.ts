/** One request to Azure Resource Manager and its answer, as they passed the recorder. */
export interface Exchange {
  id: number;
  /** Whose request it was. */
  by: 'app' | 'prove';
  /** Epoch milliseconds of the time of that Azure. */
  startedAt: number;
  endedAt: number;
  method: string;
  /** With query, on Azure's own origin. */
  url: string;
  requestHeaders: Record<string, string>;
  requestBody: string;
  status: number;
  responseHeaders: Record<string, string>;
  responseBody: string;
}

/** Path of the resource, in lower case. */
export function pathOf({ url }: Exchange): string {
  return new URL(url).pathname.toLowerCase();
}

/** The last part of the type in a path, e.g. `subnets`; empty for what is no resource. */
export function typeOf(exchange: Exchange): string {
  const [, tail = ''] = pathOf(exchange).split('/providers/');
  const parts = tail.split('/').slice(1);
  return parts.filter((_part, index) => index % 2 === 0).at(-1) ?? '';
}

export function jsonOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export const answerOf = ({ responseBody }: Exchange): Record<string, unknown> => jsonOf(responseBody);
export const sentOf = ({ requestBody }: Exchange): Record<string, unknown> => jsonOf(requestBody);

/** The value at a path of property names; undefined where the path ends. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[name] : undefined,
    value,
  );
}

export function textAt(value: unknown, ...path: string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

export function listAt(value: unknown, ...path: string[]): unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}
