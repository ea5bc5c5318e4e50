import { parseConstraint, type Constraint } from './constraints';

interface Parameter {
  name: string;
  constraints: Constraint[];
  optional: boolean;
  catchAll: boolean;
  default?: string;
}

type Part = { literal: string } | { parameter: Parameter };

interface Segment {
  parts: Part[];
  /** Matches one path segment; group n is the n-th parameter of the segment. */
  pattern: RegExp;
  parameters: Parameter[];
}

/** A parsed route template of an HTTP trigger (ASP.NET syntax, without the route prefix's leading slash). */
export interface RouteTemplate {
  text: string;
  segments: Segment[];
  /** Per segment 1 (literal) to 5 (unconstrained catch-all): of two templates that match, the lower list wins. */
  precedence: number[];
}

/** Throws on unbalanced braces, duplicate parameter names, a catch-all that is not last, and unknown constraints. */
export function parseTemplate(text: string): RouteTemplate {
  const trimmed = text.replace(/^~?\//, '').replace(/\/$/, '');
  const segments = trimmed === '' ? [] : splitOutsideBraces(trimmed, '/').map(parseSegment);
  const parameters = segments.flatMap((segment) => segment.parameters);
  const names = parameters.map(({ name }) => name.toLowerCase());
  if (new Set(names).size < names.length) throw new Error(`Route "${text}" names a parameter twice.`);
  if (segments.slice(0, -1).some((segment) => segment.parameters.some((p) => p.catchAll))) {
    throw new Error(`Route "${text}": a catch-all parameter must come last.`);
  }
  return { text, segments, precedence: segments.map(weight) };
}

/**
 * Matches a path (still percent-encoded, without leading slash) against a template; literals ignore case.
 * Returns the decoded parameters, undefined when the path does not match.
 */
export function matchTemplate(template: RouteTemplate, path: string): Record<string, string> | undefined {
  const given = path === '' ? [] : path.replace(/\/$/, '').split('/').map(decodeSegment);
  const values: Record<string, string> = {};
  for (const [index, segment] of template.segments.entries()) {
    const [first] = segment.parameters;
    const rest = given.slice(index);
    if (first?.catchAll) {
      const text = rest.length > 0 ? rest.join('/') : first.default;
      return accept(first, text, values) ? values : undefined;
    }
    const [value] = rest;
    if (value === undefined || value === '') {
      if (value === '' || segment.parts.length > 1 || !first) return undefined;
      if (!first.optional && first.default === undefined) return undefined;
      if (!accept(first, first.default, values)) return undefined;
      continue;
    }
    const match = segment.pattern.exec(value);
    if (!match) return undefined;
    if (!segment.parameters.every((parameter, n) => accept(parameter, match[n + 1], values)))
      return undefined;
  }
  return given.length > template.segments.length ? undefined : values;
}

function accept(parameter: Parameter, value: string | undefined, values: Record<string, string>): boolean {
  // An absent optional value is not checked and not passed on.
  if (value === undefined) return true;
  if (!parameter.constraints.every((satisfied) => satisfied(value))) return false;
  values[parameter.name] = value;
  return true;
}

/** As the server in front of the Functions host does: an encoded slash stays encoded, bad escapes stay as they are. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment.replace(/%2f/gi, '%252F'));
  } catch {
    return segment;
  }
}

function weight({ parts, parameters: [parameter] }: Segment): number {
  if (parts.length > 1) return 2;
  if (!parameter) return 1;
  return (parameter.catchAll ? 5 : 3) - (parameter.constraints.length > 0 ? 1 : 0);
}

function splitOutsideBraces(text: string, separator: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '{' || character === '(') depth += 1;
    if (character === '}' || character === ')') depth -= 1;
    if (character === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  if (depth !== 0) throw new Error(`Unbalanced braces in route "${text}".`);
  return parts;
}

function parseSegment(text: string): Segment {
  const parts: Part[] = [];
  let rest = text;
  while (rest !== '') {
    const open = rest.indexOf('{');
    if (open !== 0) {
      const literal = open === -1 ? rest : rest.slice(0, open);
      parts.push({ literal });
      rest = rest.slice(literal.length);
      continue;
    }
    const close = closingBrace(rest);
    parts.push({ parameter: parseParameter(rest.slice(1, close)) });
    rest = rest.slice(close + 1);
  }
  const parameters = parts.flatMap((part) => ('parameter' in part ? [part.parameter] : []));
  return { parts, parameters, pattern: new RegExp(`^${parts.map(source).join('')}$`, 'is') };
}

function source(part: Part): string {
  if ('parameter' in part) return part.parameter.optional ? '(.+)?' : '(.+)';
  return part.literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function closingBrace(text: string): number {
  let depth = 0;
  for (const [index, character] of [...text].entries()) {
    if (character === '{') depth += 1;
    if (character === '}' && --depth === 0) return index;
  }
  throw new Error(`Unbalanced braces in route segment "${text}".`);
}

function parseParameter(text: string): Parameter {
  const [head = '', ...constraints] = splitOutsideBraces(text, ':');
  const last = constraints.at(-1) ?? head;
  const equals = head.indexOf('=');
  const optional = last.endsWith('?');
  const bare = (equals === -1 ? head : head.slice(0, equals)).replace(/\?$/, '');
  const name = bare.replace(/^\*{1,2}/, '');
  if (!/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name)) throw new Error(`"${name}" is no route parameter name.`);
  return {
    name,
    catchAll: bare.startsWith('*'),
    optional,
    constraints: constraints.map((constraint, index) =>
      parseConstraint(index === constraints.length - 1 ? constraint.replace(/\?$/, '') : constraint),
    ),
    ...(equals === -1 ? {} : { default: head.slice(equals + 1) }),
  };
}
