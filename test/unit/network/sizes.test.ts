import { canNest } from '../../../shared/network/sizes';

describe('canNest', () => {
  it.each([
    ...[
      'D4s_v5',
      'D2_v3',
      'D8ds_v4',
      'D4as_v5',
      'D4ads_v5',
      'E4s_v3',
      'E8-4ds_v5',
      'E4bds_v5',
      'E64is_v3',
      'E8s_v6',
    ],
    ...['E4as_v5', 'F4s_v2', 'FX4mds', 'L8s_v3', 'L8as_v3', 'M64s', 'M64ms', 'M128ds_v2'],
  ])('Standard_%s nests', (size) => expect(canNest(`Standard_${size}`)).toEqual({ ok: true }));

  it.each([
    ...[
      'Standard_B2s',
      'Standard_D4as_v4',
      'Standard_D4ps_v5',
      'Standard_DC4s_v3',
      'Standard_D4s_v6',
      'Standard_D4_v2',
    ],
    ...[
      'Standard_F4s',
      'Standard_NV6',
      'Standard_E4ps_v5',
      'Standard_L8s_v2',
      'D4s_v5',
      'Standard_D4s_v5 ',
      '',
      'x',
    ],
  ])('%p does not', (size) => {
    expect(canNest(size)).toMatchObject({ ok: false, reason: expect.stringContaining(size) as string });
  });

  it('asks for enough vCPUs to carry two NICs', () => {
    expect(canNest('Standard_E8-1s_v5')).toMatchObject({ ok: false });
  });
});
