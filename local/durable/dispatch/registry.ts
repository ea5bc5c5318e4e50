import type { FunctionKind } from '../contracts';

/** The app's durable functions by kind; names are compared without regard to case. */
export class FunctionRegistry {
  private names = new Map<string, string>();

  replace(functions: { name: string; kind: FunctionKind }[]): void {
    this.names = new Map(functions.map(({ name, kind }) => [`${kind}:${name.toLowerCase()}`, name]));
  }

  /** The name as registered, or undefined if there is no such function of that kind. */
  resolve(kind: FunctionKind, name: string): string | undefined {
    return this.names.get(`${kind}:${name.toLowerCase()}`);
  }
}

/** What callers are told about a function that is not there. */
export const missingFunction = (kind: FunctionKind, name: string): string =>
  `The function '${name}' doesn't exist, is disabled, or is not ${kind === 'activity' ? 'an activity' : `an ${kind}`} function.`;
