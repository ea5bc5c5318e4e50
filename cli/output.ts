import { createLogUpdate } from 'log-update';

/** Rows of text in columns as wide as their widest cell; the first row is the heading. */
export function columns(rows: readonly (readonly (string | number | undefined)[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => String(cell ?? '')));
  const widths = (cells[0] ?? []).map((_, index) =>
    Math.max(...cells.map((row) => (row[index] ?? '').length)),
  );
  return cells.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Where results go: people read lines, scripts one JSON document on standard output. */
export class Output {
  readonly #live = process.stderr.isTTY === true ? createLogUpdate(process.stderr) : undefined;
  #told = new Set<string>();

  constructor(private readonly json: boolean) {}

  /** The result of the command. */
  result(document: unknown, lines: () => readonly string[]): void {
    this.#live?.clear();
    process.stdout.write(
      this.json
        ? `${JSON.stringify(document)}\n`
        : lines()
            .map((line) => `${line}\n`)
            .join(''),
    );
  }

  /** What goes on meanwhile; redrawn in place on a terminal, else each line once. Never on standard output. */
  progress(lines: readonly string[]): void {
    if (this.#live) return this.#live(lines.join('\n'));
    for (const line of lines.filter((one) => !this.#told.has(one))) {
      this.#told.add(line);
      process.stderr.write(`${line}\n`);
    }
  }

  /** Leaves the progress as it stands. */
  settle(): void {
    this.#live?.done();
  }
}
