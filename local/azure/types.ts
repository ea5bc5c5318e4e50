/** Vocabulary shared by the parts of the simulated Azure. */

/**
 * A resource as Azure Resource Manager shows it. Resource types without an own interface here keep their
 * properties untyped on purpose: whatever a client sends is kept and given back.
 */
export interface ArmResource {
  /** Full ARM id, in the letter case it was created with; compare ids in lower case. */
  id: string;
  name: string;
  /** For example `Microsoft.Network/virtualNetworks/subnets`. */
  type: string;
  location?: string;
  tags?: Record<string, string>;
  /** `W/"<guid>"` for Microsoft.Network, `"<n>"` for virtual machines. */
  etag?: string;
  kind?: string;
  sku?: Record<string, unknown>;
  zones?: string[];
  identity?: Record<string, unknown>;
  properties: Record<string, unknown>;
}

export type PowerState = 'starting' | 'running' | 'stopping' | 'stopped' | 'deallocating' | 'deallocated';

/** A network adapter as the operating system of a virtual machine meets it. */
export interface NicFacts {
  /** ARM id of the network interface. */
  id: string;
  /** As ARM reports it: `00-0D-3A-1B-2C-3D`. */
  mac: string;
  /** Primary private IPv4 address. */
  address: string;
  primary: boolean;
}

/** What a test may do to the next script that runs in a guest. */
export interface GuestFault {
  outcome: 'error' | 'noSentinel' | 'timeout' | 'exitCode';
  code?: string;
  message?: string;
}

export interface RunCommandOutcome<State extends object> {
  durationSeconds: number;
  exitCode: number;
  output: string;
  error: string;
  executionState: 'Succeeded' | 'Failed' | 'TimedOut';
  state: State;
}

/** The model of an operating system, exchangeable so that the resource model is testable without it. */
export interface GuestModel<State extends object = object> {
  createWindows(args: {
    computerName: string;
    imageSku: string;
    nics: NicFacts[];
    /** Epoch milliseconds, simulated. */
    now: number;
    random: () => number;
  }): State;
  /** Every way a machine boots again: restart, start after deallocation or power off. */
  rebootWindows(state: State, now: number, nics: NicFacts[], random: () => number): State;
  runScript(args: {
    state: State;
    script: string;
    parameters: { name: string; value: string }[];
    now: number;
    random: () => number;
    fault?: GuestFault;
    /** Whether the machine's primary adapter has a way to the internet. */
    internet: boolean;
  }): RunCommandOutcome<State>;
}

/** Everything a packet walk may look at. */
export interface WalkView<State extends object = object> {
  /** As a GET would show them. Subnets and routes appear twice: inside their parent and on their own. */
  resources: ArmResource[];
  /** By virtual machine id in lower case. */
  guests: Record<string, State>;
  powerState(vmId: string): 'running' | 'stopped' | 'deallocated';
}
