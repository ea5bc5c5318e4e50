import { walk, type ElementKind, type Hop, type NetworkView, type WalkResult } from '../network/walk';
import type { Ends } from './ends';
import { place } from './members';
import { remedyFor } from './remedies';

/** One path there and back, as the API tells it. */
export interface PathReport {
  from: string;
  to: string;
  ok: boolean;
  /** Addresses of the one who asks and of the one who is asked; absent where an end has none. */
  source?: string;
  destination?: string;
  /** Source address as the destination sees it; absent if nothing arrives. */
  sourceSeen?: string;
  /** No machine is at one end: one that could be there was assumed. */
  assumed?: true;
  there: Hop[];
  back: Hop[];
  /** Appliances that see one direction only; a stateful one drops the other. */
  oneSided?: string[];
  brokenBy?: {
    /** ARM id where the element is a resource, else what it is called. */
    element: string;
    name: string;
    kind: ElementKind;
    leg: 'there' | 'back';
    reason: string;
    remedy: string;
  };
}

/** Walks one path over what was read. Pure. */
export function reportPath(view: NetworkView, network: string, { from, to }: Ends): PathReport {
  const source = place(view, from);
  const target = place(view, to);
  const assumed = [source, target].flatMap((end) => end.assumed ?? []);
  const peopled = assumed.length === 0 ? view : { ...view, interfaces: [...view.interfaces, ...assumed] };
  const base = {
    from: source.label,
    to: target.label,
    ...(assumed.length > 0 ? { assumed: true as const } : {}),
  };
  try {
    const port = to.kind === 'address' ? to.port : undefined;
    const result = walk(peopled, source.endpoint, target.endpoint, port === undefined ? {} : { port });
    return { ...base, ...told(peopled, network, result) };
  } catch (error) {
    // An end that nobody is known to be at.
    if (!(error instanceof RangeError)) throw error;
    const broken = { element: source.label, kind: 'endpoint' as const, reason: error.message };
    const remedy = remedyFor(view, network, { ...broken, destination: '' });
    const brokenBy = { ...broken, name: source.label, leg: 'there' as const, remedy };
    return { ...base, ok: false, there: [], back: [], brokenBy };
  }
}

function told(view: NetworkView, network: string, result: WalkResult): Omit<PathReport, 'from' | 'to'> {
  const { ok, source, destination, sourceSeen, hops, returnHops, oneSided, brokenBy } = result;
  const heading = brokenBy?.leg === 'back' ? sourceSeen : destination;
  return {
    ok,
    ...(source === '' ? {} : { source }),
    ...(destination === '' ? {} : { destination }),
    ...(sourceSeen === '' ? {} : { sourceSeen }),
    there: hops,
    back: returnHops,
    ...(oneSided.length > 0 ? { oneSided } : {}),
    ...(brokenBy
      ? {
          brokenBy: {
            element: brokenBy.id ?? brokenBy.element,
            name: brokenBy.element,
            kind: brokenBy.kind,
            leg: brokenBy.leg,
            reason: brokenBy.reason,
            remedy: remedyFor(view, network, { ...brokenBy, destination: heading }),
          },
        }
      : {}),
  };
}
