import { skewed } from '../../random';
import type { RunCommandOutcome } from '../contract';
import { proveScript, resultLine, wishOf } from './scripts';

/** One packet and its answer. */
export interface Sent {
  ok: boolean;
  sourceSeen: string;
}

type Send = (
  from: string,
  to: string,
  packet: { protocol: 'tcp' | 'udp' | 'icmp'; port?: number },
) => Sent | undefined;

export interface LinuxArguments {
  script: string;
  random: () => number;
  /** The machine's own address. */
  address: string;
  /** Undefined: one of the ends is nobody. */
  send: Send;
}

type Outcome = Omit<RunCommandOutcome, 'state'>;

const shortest = 20;
const internet = '203.0.113.10';
const dnsServer = '168.63.129.16';

/** The first line of the script names what it is to do; the rest never differs. */
const headed = /^#!\/bin\/bash\nWISH=([A-Za-z0-9+/=]*)\n/;

/** A Linux machine runs the script of a prove run, or one that the model does not know and believes nothing of. */
export function runLinux({ script, random, address, send }: LinuxArguments): Outcome {
  const [head, encoded] = headed.exec(script) ?? [];
  const name = head === undefined ? undefined : proveScript(script.slice(head.length));
  const outcome = (output: string, worked: number): Outcome => ({
    ...{ durationSeconds: shortest + skewed(random, worked), exitCode: 0, output, error: '' },
    executionState: 'Succeeded',
  });
  if (name !== 'probe') return outcome('', 2);
  const { address: guest, pings } = wishOf(encoded) as { address: string; pings: number };
  const pinged = send(address, guest, { protocol: 'icmp' })?.ok === true;
  const asked = send(address, guest, { protocol: 'tcp', port: 8080 });
  const found = {
    ...{ address: guest, sent: pings, answered: pinged ? pings : 0, pinged },
    ...(asked?.ok
      ? { seenAs: asked.sourceSeen, guest: lookOf(guest, address, send) }
      : { error: 'timed out' }),
  };
  return outcome(resultLine(found), pings * 0.2 + 2);
}

/** What the guest would say of itself. */
function lookOf(guest: string, probe: string, send: Send): Record<string, unknown> {
  const reached = (to: string, protocol: 'tcp' | 'udp', port: number): string =>
    send(guest, to, { protocol, port })?.ok ? 'answered' : 'silent';
  const back = send(guest, probe, { protocol: 'tcp', port: 8080 });
  return {
    bootId: `simulated-${guest}`,
    address: guest,
    gateway: guest.replace(/\d+$/, '1'),
    dnsServers: [dnsServer],
    dns: reached(dnsServer, 'udp', 53),
    internet: reached(internet, 'tcp', 80),
    metadata: reached('169.254.169.254', 'tcp', 80),
    wireServer: [80, 32526].map((port) => reached(dnsServer, 'tcp', port)).includes('answered')
      ? 'answered'
      : 'silent',
    probe: back?.ok ? 'answered' : 'silent',
    ...(back?.ok ? { seenAs: back.sourceSeen } : {}),
  };
}
