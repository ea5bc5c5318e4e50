const colours: [pattern: RegExp, code: number][] = [
  [/^( *)(✔)/, 32],
  [/^( *)(▸.*)/, 33],
  [/^( *)(✖.*)/, 31],
  [/^( *)(·.*)/, 2],
  [/^()(\S.*)/, 1],
];

/** Gives a line the colour of its sign; headings, which begin at the margin, are bold. */
export function paint(line: string): string {
  const found = colours.find(([pattern]) => pattern.test(line));
  return found ? line.replace(found[0], `$1\u001b[${found[1]}m$2\u001b[0m`) : line;
}

/** Where the demo prints: lines that stay, and at most one block at the end that is drawn again in place. */
export class Screen {
  #block: string[] = [];

  constructor(
    private readonly output: Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean; columns?: number },
    private readonly live = output.isTTY === true,
    private readonly coloured = live && process.env['NO_COLOR'] === undefined,
  ) {}

  /** True if a block can be redrawn; otherwise only lines that stay make sense. */
  get redraws(): boolean {
    return this.live;
  }

  /** Prints lines that stay, above the block if there is one. */
  print(...lines: string[]): void {
    const block = this.#block;
    this.#clear();
    this.#write(lines);
    this.#draw(block);
  }

  /** Replaces the block. Does nothing where a terminal cannot redraw. */
  show(lines: string[]): void {
    if (!this.live) return;
    this.#clear();
    this.#draw(lines);
  }

  /** Leaves the block as it stands; what follows is printed below it. */
  keep(): void {
    this.#block = [];
  }

  #draw(lines: string[]): void {
    // A line that wraps would make the count of lines to go up wrong.
    const width = this.output.columns ?? 80;
    const cut = lines.map((line) => (line.length > width - 1 ? `${line.slice(0, width - 2)}…` : line));
    this.#write(cut);
    this.#block = cut;
  }

  #write(lines: string[]): void {
    this.output.write(lines.map((line) => `${this.coloured ? paint(line) : line}\n`).join(''));
  }

  #clear(): void {
    if (this.#block.length > 0) this.output.write(`\u001b[${this.#block.length}A\u001b[0J`);
    this.#block = [];
  }
}
