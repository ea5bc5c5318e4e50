import type { AppClient } from '../launch/appClient';
import type { Arm } from './arm';
import type { Evidence } from './evidence';
import type { Target } from './target';

/** Where a run takes place. */
export interface Stage {
  target: Target;
  arm: Arm;
  app: AppClient;
  runId: string;
  /** The resource group of this run alone. */
  group: string;
  location: string;
  /** Windows image of the host; absent: the app's default. */
  image?: { publisher: string; offer: string; sku: string; version: string };
  probeSize: string;
  /** Raw disk of a Linux with cloud-init that boots by BIOS, to download. */
  guestImage: string;
  evidence: Evidence;
  signal: AbortSignal;
  /** Prints lines. */
  say: (...lines: string[]) => void;
}
