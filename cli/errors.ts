/** What a script can tell from the exit code; listed in docs/cli.md. */
export const exitCodes = {
  done: 0,
  /** The work was carried out and did not succeed. */
  failed: 1,
  /** Wrong arguments, or a request with mistakes. */
  invalid: 2,
  /** What there is stands in the way: 409, 412, 422. */
  refused: 3,
  notFound: 4,
  /** 401 and 403. */
  denied: 5,
  /** The API cannot be reached, or something is wrong on its side. */
  unavailable: 6,
  /** Waited as long as was asked for. */
  timeout: 7,
} as const;

export class CliError extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
    /** For `--json`. */
    readonly document?: unknown,
  ) {
    super(message);
    this.name = 'CliError';
  }
}

export function exitCodeOf(status: number): number {
  if (status === 401 || status === 403) return exitCodes.denied;
  if (status === 404) return exitCodes.notFound;
  if (status === 409 || status === 412 || status === 422) return exitCodes.refused;
  return status >= 500 || status === 429 ? exitCodes.unavailable : exitCodes.invalid;
}
