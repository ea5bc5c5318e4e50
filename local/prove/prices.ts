/** One entry of the Retail Prices API. */
export interface RetailPrice {
  retailPrice: number;
  currencyCode: string;
  unitOfMeasure: string;
  productName: string;
  skuName: string;
  armSkuName: string;
  type: string;
}

/** OData filter for the machines of one size. */
export function machineFilter(location: string, size: string): string {
  return [
    "serviceName eq 'Virtual Machines'",
    `armRegionName eq '${location}'`,
    `armSkuName eq '${size}'`,
    "priceType eq 'Consumption'",
  ].join(' and ');
}

/** Price of an hour of the size, pay as you go; undefined if the list has none. */
export function hourlyPrice(items: readonly RetailPrice[], system: 'Windows' | 'Linux'): number | undefined {
  const fitting = items.filter(
    ({ productName, skuName, unitOfMeasure, type }) =>
      type === 'Consumption' &&
      unitOfMeasure === '1 Hour' &&
      /windows/i.test(productName) === (system === 'Windows') &&
      !/cloud ?services/i.test(productName) &&
      !/spot|low priority/i.test(skuName),
  );
  const prices = fitting.map(({ retailPrice }) => retailPrice).filter((price) => price > 0);
  return prices.length === 0 ? undefined : Math.min(...prices);
}
