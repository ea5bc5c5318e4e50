/** What Azure keeps beside `properties` in the resources that the app writes. */
const beside = new Set(['id', 'name', 'location', 'tags', 'sku', 'zones']);

/** Lists whose items are resources of their own, with properties. */
const lists = new Set(['ipConfigurations', 'networkInterfaces']);

/** The JSON that the SDK makes of one of its models: it shows most properties one level higher than Azure has them. */
export function wireBody(model: object): Record<string, unknown> {
  const entries = Object.entries(model).filter(([, value]) => value !== undefined);
  const properties = entries.filter(([key]) => !beside.has(key));
  return {
    ...Object.fromEntries(entries.filter(([key]) => beside.has(key))),
    properties: Object.fromEntries(properties.map(([key, value]) => [key, inner(key, value)])),
  };
}

function inner(key: string, value: unknown): unknown {
  if (Array.isArray(value)) return lists.has(key) ? value.map((item: object) => wireBody(item)) : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inner(name, one)]));
}
