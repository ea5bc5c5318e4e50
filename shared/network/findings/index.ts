import { longestGhostedPrefix } from '../ghosted';
import { draftOf, type Finding } from './draft';
import { nameFindings } from './names';
import { outside, overlapsAmong, poolTooSmall, prefixesOf, syntaxAndRange, tooSmall } from './prefixes';
import { reachFindings } from './reach';
import { routedFindings } from './routed';
import { canNest } from '../sizes';

export type { Finding as DefinitionFinding } from './draft';

/**
 * What the prefixes, names and sizes of a definition mean for each other: every mistake at once. Takes any JSON and
 * leaves out what has not even the right shape, so that shape and meaning can be judged side by side.
 */
export function definitionFindings(value: unknown): Finding[] {
  const draft = draftOf(value);
  const { spaces, pools, shared, foreign } = prefixesOf(draft);
  return [
    ...[...spaces, ...shared, ...foreign, ...pools].flatMap(syntaxAndRange),
    ...overlapsAmong(spaces),
    ...overlapsAmong([...shared, ...pools]),
    ...overlapsAmong(foreign, spaces),
    ...[...shared, ...pools].flatMap((inner) => outside(inner, spaces)),
    ...[...shared, ...foreign].flatMap((subnet) => tooSmall(subnet, longestGhostedPrefix)),
    ...pools.flatMap((pool) => poolTooSmall(pool, draft.ghosted.prefixLength)),
    ...nameFindings(draft),
    ...routedFindings(draft),
    ...reachFindings(draft),
    ...sizeFindings(draft.hosts.size),
  ];
}

function sizeFindings(size: string | undefined): Finding[] {
  const nesting = size === undefined ? undefined : canNest(size);
  return nesting === undefined || nesting.ok ? [] : [{ pointer: '/hosts/size', detail: nesting.reason }];
}
