import type { OperationView } from '../launch/appClient';
import type { ArmBody } from './arm';
import type { Exchange } from './exchange';

/** What a run has seen so far. What is absent was not reached. */
export interface Evidence {
  /** Of all calls to Azure, the app's and the run's own. */
  exchanges: readonly Exchange[];
  /** Size of the host. */
  size: string;
  provision?: OperationView;
  /** The host, its disk and the machine that sends packets, as Azure showed them. */
  machine?: ArmBody;
  osDisk?: ArmBody;
  probe?: ArmBody;
  /** Packets after the provisioning and after each restart. */
  rounds: Round[];
  restarts: Restart[];
  /** What Windows said of itself: after the provisioning and after each restart. */
  facts: HostFacts[];
  /** A run command that was put twice under one name: how often its script ran. */
  ranTwice?: { runs: number };
  /** Pings of the guest while another route came and went in the same table. */
  besideOtherRoute?: { sent: number; answered: number };
  /** Where packets and the app's packet walk, or Azure's effective routes, differ. */
  differences: string[];
  teardown?: OperationView;
  /** What the app had made for the host and was still there after the teardown. */
  leftovers?: string[];
  /** What went wrong and did not end the run. */
  troubles: string[];
  /** What ended the run early. */
  failure?: string;
}

/** One time of sending packets. */
export interface Round {
  /** `provisioning`, `restart 1` ... */
  after: string;
  probe: ProbeReport;
  /** What the app's packet walk says of the same ways. */
  predicted: Predicted[];
}

export interface Predicted {
  from: string;
  to: string;
  ok: boolean;
  sourceSeen?: string;
}

/** What the machine in the routed subnet saw. */
export interface ProbeReport {
  /** Of the guest that it asked. */
  address: string;
  sent: number;
  answered: number;
  pinged: boolean;
  /** Its own address as the guest saw it; absent: the guest did not answer. */
  seenAs?: string;
  /** What the guest said of itself. */
  guest?: GuestReport;
}

/** `silent`: nothing came back; `refused`: somebody said no; `failed`: anything else. */
export type Reached = 'answered' | 'refused' | 'silent' | 'failed';

/** What a guest saw. */
export interface GuestReport {
  bootId: string;
  address: string;
  gateway: string;
  dnsServers: string[];
  dns: Reached;
  internet: Reached;
  metadata: Reached;
  wireServer: Reached;
  probe: Reached;
  /** Its own address as the machine in the routed subnet saw it. */
  seenAs?: string;
}

/** One restart that the run asked Azure for. */
export interface Restart {
  /** Epoch milliseconds: asked for, operation over, agent back. */
  askedAt: number;
  endedAt: number;
  readyAt: number;
  /** Time of the agent's report just before, just after the operation's end, and when it was believed. */
  reportBefore?: number;
  reportAtEnd?: number;
  reportReady?: number;
  verify?: OperationView;
}

/** What the script `facts.ps1` reads. */
export interface HostFacts {
  after: string;
  os: string;
  /** When the script began by the clock of Windows, and when Azure says that it did; ISO 8601. */
  begun: string;
  startTime?: string;
  powerShell: string;
  /** ISO 8601. */
  bootTime: string;
  /** Starts of Windows in its log, the last twenty, ISO 8601. */
  boots: string[];
  /** Service name to state; absent: not installed. */
  services: Record<string, string>;
  adapters: { description: string; guid: string; ipv4: string[]; virtual: boolean }[];
  /** Device id of the switch's adapter as Hyper-V says it. */
  switchDeviceId: string;
  task: { lastResult: number; sameScript: boolean } | null;
  /** Lines of `netsh routing ip nat dump` and of `netsh routing ip dump` that name filters. */
  natDump: string[];
  filterDump: string[];
  /** Active routes for the platform's addresses; stored ones are not Azure's. Absent: not asked. */
  platformRoutes?: { prefix: string; protocol: string; stored: boolean }[];
}
