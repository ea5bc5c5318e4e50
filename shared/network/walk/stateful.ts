import { breaks, nicLabel, type Packet, type Step, type Trace } from './packet';
import { admitsByName, blockedBy } from './securityGroups';
import type { Direction, InterfaceFacts } from './view';

/** Security groups remember flows by their five values, whichever way they went first. */
function flowAt(nic: InterfaceFacts, packet: Packet): { flow: string; answer: string } {
  const { protocol, source, sourcePort, destination, destinationPort } = packet;
  const from = `${source}:${sourcePort}`;
  const to = `${destination}:${destinationPort}`;
  return { flow: `${nic.id} ${protocol} ${from} ${to}`, answer: `${nic.id} ${protocol} ${to} ${from}` };
}

/** What stops the packet at this interface; undefined if the groups let it pass or know its flow. */
export function admits(trace: Trace, nic: InterfaceFacts, direction: Direction): Step | undefined {
  const { view, packet, flows } = trace;
  const { flow, answer } = flowAt(nic, packet);
  if (flows.has(answer)) return undefined;
  const blocked = blockedBy(view, nic, packet, direction);
  if (blocked) {
    const { group, rule } = blocked;
    return breaks(
      'securityGroup',
      `security group ${group.name}`,
      `rule ${rule.name} (${direction}, priority ${rule.priority}) blocks it at ${nicLabel(nic)}`,
      group.id,
    );
  }
  flows.add(flow);
  return undefined;
}

/** True if rules of its own in the interface's security groups let the packet in, or its flow is known already. */
export function admitsExplicitly({ view, packet, flows }: Trace, nic: InterfaceFacts): boolean {
  return flows.has(flowAt(nic, packet).answer) || admitsByName(view, nic, packet);
}
