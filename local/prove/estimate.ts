import type { Arm } from './arm';
import { hourlyPrice, machineFilter } from './prices';
import { cheapest, hostSizes, onOffer, probeSizes } from './sizes';
import type { Target } from './target';

/** What a run will use, and what that costs. */
export interface Estimate {
  size: string;
  probeSize: string;
  /** US dollars an hour, by size; absent: not known. */
  hostPrice?: number;
  probePrice?: number;
  /** Why there are no prices. */
  unpriced?: string;
}

/** Hours that the machines exist at most if nothing goes wrong. */
export const hours = 2;

/** Chooses the cheapest sizes that the region offers, unless they are named. @throws if it offers none */
export async function estimate(
  target: Target,
  arm: Arm,
  location: string,
  wish: { size?: string; probeSize?: string },
): Promise<Estimate> {
  const skus = await arm.get(arm.subscription('/providers/Microsoft.Compute/skus'), {
    $filter: `location eq '${location}'`,
  });
  const offered = (wanted: readonly string[], wished: string | undefined): string[] => {
    const found = onOffer(skus?.value ?? [], wished === undefined ? wanted : [wished]);
    if (found.length > 0) return found;
    throw new Error(
      `The region ${location} offers this subscription none of ${(wished ?? wanted).toString()}.`,
    );
  };
  const hosts = offered(hostSizes, wish.size);
  const probes = offered(probeSizes, wish.probeSize);
  const prices = new Map<string, number>();
  let unpriced: string | undefined;
  try {
    for (const [sizes, system] of [[hosts, 'Windows'] as const, [probes, 'Linux'] as const]) {
      for (const size of sizes) {
        const price = hourlyPrice(await target.prices(machineFilter(location, size)), system);
        if (price !== undefined) prices.set(size, price);
      }
    }
  } catch (error) {
    unpriced = error instanceof Error ? error.message : String(error);
  }
  const size = cheapest(hosts, prices) ?? '';
  const probeSize = cheapest(probes, prices) ?? '';
  const [hostPrice, probePrice] = [prices.get(size), prices.get(probeSize)];
  return {
    size,
    probeSize,
    ...(hostPrice === undefined ? {} : { hostPrice }),
    ...(probePrice === undefined ? {} : { probePrice }),
    ...(unpriced === undefined ? {} : { unpriced }),
  };
}

/** What is shown before anything is made. */
export function announcement(
  { size, probeSize, hostPrice, probePrice, unpriced }: Estimate,
  group: string,
  subscriptionId: string,
  location: string,
): string[] {
  const money = (price: number | undefined): string =>
    price === undefined ? 'price not known' : `${price.toFixed(3)} USD an hour`;
  const sum =
    hostPrice === undefined || probePrice === undefined
      ? [
          `No estimate${unpriced === undefined ? '' : `: ${unpriced}`} Look at https://azure.microsoft.com/pricing.`,
        ]
      : [
          `About ${((hostPrice + probePrice) * hours).toFixed(2)} USD for the machines in ${hours} hours.`,
          'Retail prices, pay as you go, just asked of https://prices.azure.com; yours may differ.',
        ];
  return [
    `In subscription ${subscriptionId}, region ${location}, one resource group ${group}:`,
    `  a host ${size} with Windows Server and a disk of 128 GB (${money(hostPrice)})`,
    `  a Linux machine ${probeSize} (${money(probePrice)})`,
    '  a NAT gateway with one public address, a virtual network, a route table',
    `It takes 1 to ${hours} hours. At the end the group is deleted with all that is in it.`,
    ...sum,
    'Disks, NAT gateway, public address and traffic come on top: less than 1 USD as a rule.',
  ];
}
