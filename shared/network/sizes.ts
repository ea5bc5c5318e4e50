/**
 * VM sizes that run nested Hyper-V guests. Azure does not publish this as a capability of a size, so the families are
 * listed here, after those that Microsoft's own Linux test suite (LISA) runs nested; the guest checks once more.
 */
interface Family {
  series: string;
  /** Additive features of the size in lower case, e.g. `ds` in D4ds_v5. */
  features: RegExp;
  versions: (version: number) => boolean;
}

const between = (low: number, high: number) => (version: number) => version >= low && version <= high;

const families: Family[] = [
  { series: 'D', features: /^d?s?$/, versions: between(3, 5) },
  { series: 'D', features: /^ad?s$/, versions: between(5, 5) },
  { series: 'E', features: /^i?d?s?$/, versions: between(3, Infinity) },
  { series: 'E', features: /^i?bd?s$/, versions: between(5, Infinity) },
  { series: 'E', features: /^i?ad?s$/, versions: between(5, 5) },
  { series: 'F', features: /^s$/, versions: between(2, 2) },
  { series: 'FX', features: /^md?s$/, versions: between(1, 2) },
  { series: 'L', features: /^a?s$/, versions: between(3, 3) },
  { series: 'M', features: /^[ml]?s$/, versions: between(1, 1) },
  { series: 'M', features: /^i?d?m?s$/, versions: between(2, 2) },
];

export type Nesting = { ok: true } | { ok: false; reason: string };

/** Tells whether a size such as Standard_D4s_v5 can run guests of its own and carry two NICs. */
export function canNest(size: string): Nesting {
  const match = /^Standard_([A-Z]{1,2})(\d{1,3})(?:-(\d{1,3}))?([a-z]*)(?:_v(\d{1,2}))?$/i.exec(size);
  if (!match) return refuse(`'${size}' is not a VM size such as Standard_D4s_v5.`);
  const [, series = '', cores = '', constrained, features = '', version = '1'] = match;
  const known = families.some(
    (family) =>
      family.series === series.toUpperCase() &&
      family.features.test(features.toLowerCase()) &&
      family.versions(Number(version)),
  );
  if (!known) {
    return refuse(
      `${size} is not of a family known to run nested Hyper-V guests (D and E from v3, Fsv2, FX, Lsv3, M; ` +
        'not Arm, confidential or burstable sizes).',
    );
  }
  if (Number(constrained ?? cores) < 2) return refuse(`${size} has too few vCPUs to carry two NICs.`);
  return { ok: true };
}

const refuse = (reason: string): Nesting => ({ ok: false, reason });
