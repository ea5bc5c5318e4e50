/** Whether a route value satisfies a constraint. */
export type Constraint = (value: string) => boolean;

const integer = /^[+-]?\d+$/;
const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
const floating = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const guid = /^\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i;

function within(value: string, low: bigint, high: bigint): boolean {
  if (!integer.test(value)) return false;
  const number = BigInt(value.replace(/^\+/, ''));
  return number >= low && number <= high;
}

const int64 = { low: -(2n ** 63n), high: 2n ** 63n - 1n };

const plain: Record<string, Constraint> = {
  int: (value) => within(value, -(2n ** 31n), 2n ** 31n - 1n),
  long: (value) => within(value, int64.low, int64.high),
  bool: (value) => /^(true|false)$/i.test(value),
  datetime: (value) => !Number.isNaN(Date.parse(value)),
  decimal: (value) => decimal.test(value),
  double: (value) => floating.test(value),
  float: (value) => floating.test(value),
  guid: (value) => guid.test(value),
  alpha: (value) => /^[a-z]*$/i.test(value),
  required: (value) => value !== '',
};

const withArguments: Record<string, (args: string) => Constraint> = {
  minlength: (n) => (value) => value.length >= Number(n),
  maxlength: (n) => (value) => value.length <= Number(n),
  length: (args) => {
    const [low = '0', high = low] = args.split(',');
    return (value) => value.length >= Number(low) && value.length <= Number(high);
  },
  min: (n) => (value) => within(value, BigInt(n), int64.high),
  max: (n) => (value) => within(value, int64.low, BigInt(n)),
  range: (args) => {
    const [low = '', high = ''] = args.split(',').map((text) => text.trim());
    return (value) => within(value, BigInt(low), BigInt(high));
  },
  regex: (pattern) => {
    const expression = new RegExp(pattern, 'i');
    return (value) => expression.test(value);
  },
};

/** A route constraint as written after the colon, e.g. `int`, `length(1,20)`, `regex(^a)`. Throws on an unknown one. */
export function parseConstraint(text: string): Constraint {
  const open = text.indexOf('(');
  if (open === -1) {
    const known = plain[text.toLowerCase()];
    if (known) return known;
  } else if (text.endsWith(')')) {
    const known = withArguments[text.slice(0, open).toLowerCase()];
    if (known) return known(text.slice(open + 1, -1));
  }
  throw new Error(`Unknown route constraint "${text}".`);
}
