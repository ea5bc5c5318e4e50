/** Where a process is killed while hosts are being provisioned. */
export interface KillPoint {
  victim: 'app' | 'host';
  /**
   * `arrived`: a PUT has arrived and is not yet processed. `answered`: it has taken effect and its answer never
   * gets back. `between`: after any other request.
   */
  when: 'arrived' | 'answered' | 'between';
  /** How many such requests to let pass first. */
  skip: number;
}

/** Ten points from a seed: both victims, and at least two of each kind of moment. */
export function killPlan(seed: number): KillPoint[] {
  const random = generator(seed);
  const pick = (limit: number): number => Math.floor(random() * limit);
  const moments: KillPoint['when'][] = ['arrived', 'answered', 'between', 'arrived', 'answered', 'between'];
  const points = Array.from({ length: 10 }, (_, index): KillPoint => {
    const when = moments[index] ?? moments[pick(3)] ?? 'arrived';
    return { victim: index % 2 === 0 ? 'app' : 'host', when, skip: pick(when === 'between' ? 12 : 2) };
  });
  // Fisher and Yates.
  for (let last = points.length - 1; last > 0; last--) {
    const other = pick(last + 1);
    const [one, two] = [points[last], points[other]];
    if (one && two) [points[last], points[other]] = [two, one];
  }
  return points;
}

/** mulberry32. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
