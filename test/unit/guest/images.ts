/** Every Windows Server that a host may have, as the marketplace names its images. */
export const images = [
  '2016-datacenter',
  '2016-datacenter-server-core',
  '2019-datacenter-gensecond',
  '2019-datacenter-core-g2',
  '2022-datacenter-g2',
  '2022-datacenter-azure-edition-core',
  '2025-datacenter-g2',
  '2025-datacenter-azure-edition-core',
] as const;
