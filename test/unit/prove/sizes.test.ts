import { paces } from '../../../local/prove/paces';
import { hourlyPrice, machineFilter, type RetailPrice } from '../../../local/prove/prices';
import { cheapest, hostSizes, onOffer } from '../../../local/prove/sizes';
import { usualSeconds } from '../../../shared/azure/retry';
import { canNest } from '../../../shared/network/sizes';

describe('sizes of a prove run', () => {
  it.each(hostSizes)('%s is one that the app lets nest', (size) => {
    expect(canNest(size)).toEqual({ ok: true });
  });

  it('are those that the region offers without a restriction, in the order of the wish', () => {
    const sku = (name: string, restrictions: unknown[] = []) => ({
      resourceType: 'virtualMachines',
      name,
      restrictions,
    });
    const skus = [
      sku('Standard_D2s_v3'),
      sku('Standard_D2s_v5', [{ type: 'Location' }]),
      sku('Standard_D2as_v5', [{ type: 'Zone' }]),
      { resourceType: 'disks', name: 'Standard_D2s_v4' },
    ];
    expect(onOffer(skus, hostSizes)).toEqual(['Standard_D2as_v5', 'Standard_D2s_v3']);
  });

  it('of which the cheapest is taken, the first where no price is known', () => {
    expect(
      cheapest(
        ['a', 'b', 'c'],
        new Map([
          ['b', 2],
          ['c', 1],
        ]),
      ),
    ).toBe('c');
    expect(cheapest(['a', 'b'], new Map())).toBe('a');
    expect(cheapest([], new Map())).toBeUndefined();
  });
});

describe('the price of an hour', () => {
  const item = (more: Partial<RetailPrice>): RetailPrice => ({
    retailPrice: 1,
    currencyCode: 'USD',
    unitOfMeasure: '1 Hour',
    productName: 'Virtual Machines Dsv5 Series',
    skuName: 'D2s v5',
    armSkuName: 'Standard_D2s_v5',
    type: 'Consumption',
    ...more,
  });
  const items = [
    item({ retailPrice: 0.1 }),
    item({ retailPrice: 0.2, productName: 'Virtual Machines Dsv5 Series Windows' }),
    item({ retailPrice: 0.05, productName: 'Virtual Machines Dsv5 Series Windows', skuName: 'D2s v5 Spot' }),
    item({ retailPrice: 0.03, skuName: 'D2s v5 Low Priority' }),
    item({ retailPrice: 700, unitOfMeasure: '1 Month', type: 'Reservation' }),
    item({ retailPrice: 0, productName: 'Virtual Machines Dsv5 Series Windows' }),
  ];

  it('is that of pay as you go, with the licence of the system', () => {
    expect(hourlyPrice(items, 'Windows')).toBe(0.2);
    expect(hourlyPrice(items, 'Linux')).toBe(0.1);
    expect(hourlyPrice([], 'Linux')).toBeUndefined();
  });

  it('is asked for by size and region', () => {
    expect(machineFilter('westeurope', 'Standard_B1s')).toBe(
      "serviceName eq 'Virtual Machines' and armRegionName eq 'westeurope' and armSkuName eq 'Standard_B1s' " +
        "and priceType eq 'Consumption'",
    );
  });
});

describe('paces that a report shows', () => {
  it.each(Object.entries(paces))('of %s are those of the app', (pace, seconds) => {
    expect(seconds).toBe(usualSeconds(pace as keyof typeof paces));
  });
});
