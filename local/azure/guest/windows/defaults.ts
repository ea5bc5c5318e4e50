import type { WindowsState } from '../types';
import data from './defaults.json';

/** What Windows Server brings of itself, by release and installation option; `defaults.json` holds the data. */

type Option = 'Desktop' | 'Core';

interface Release {
  build: number;
  /** Microsoft names it as supported by the metadata security protocol. */
  securityProtocol?: boolean;
}

interface Feature {
  on?: string;
  /** It waits for a restart of Windows, and everything else is there at once. */
  restart?: boolean;
  /** Other features that come with it. */
  brings?: string[];
  /** Those that come with it as management tools. */
  tools?: string[];
  /** They run, and start by themselves, as soon as it is installed. */
  services?: string[];
}

interface ServiceDefault {
  on?: string;
  startType: string;
}

export const releases: Record<string, Release> = data.releases;
export const featureFacts: Record<string, Feature> = data.features;
const serviceFacts: Record<string, ServiceDefault> = data.services;

const namesOn = (facts: Record<string, { on?: string }>, option: Option): string[] =>
  Object.keys(facts).filter((name) => (facts[name]?.on ?? option) === option);

/** Every feature that can be installed, and none of them is. */
export function availableFeatures(option: Option): WindowsState['features'] {
  return Object.fromEntries(namesOn(featureFacts, option).map((name) => [name, 'Available' as const]));
}

/** Only what starts by itself runs. */
export function defaultServices(option: Option): WindowsState['services'] {
  return Object.fromEntries(
    namesOn(serviceFacts, option).map((name) => {
      const startType = startTypeOf(serviceFacts[name]?.startType);
      return [name, { status: startType === 'Automatic' ? 'Running' : 'Stopped', startType }];
    }),
  );
}

function startTypeOf(text = ''): 'Automatic' | 'Manual' | 'Disabled' {
  return text === 'Automatic' || text === 'Disabled' ? text : 'Manual';
}
