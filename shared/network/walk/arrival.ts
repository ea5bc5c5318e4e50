import { answersTo, hostOf } from './lookup';
import { breaks, nicLabel, translateBack, type Step, type Trace } from './packet';
import { admits } from './stateful';
import type { InterfaceFacts } from './view';

/** Why an interface neither sends nor receives, if it does not. */
export function cannotRun(nic: InterfaceFacts): Step | undefined {
  const { machine } = nic;
  if (!machine) return breaks('interface', nicLabel(nic), 'it is attached to no machine', nic.id);
  return machine.running
    ? undefined
    : breaks('machine', `VM ${machine.name}`, 'it is not running', machine.id);
}

/** The virtual network hands the packet to an interface. */
export function arrive(trace: Trace, nic: InterfaceFacts): Step {
  const { view, hops } = trace;
  const asleep = cannotRun(nic);
  if (asleep) return asleep;
  const blocked = admits(trace, nic, 'Inbound');
  if (blocked) return blocked;
  const own = answersTo(nic, trace.packet.destination);
  if (!own && !nic.ipForwarding) {
    return breaks(
      'interface',
      nicLabel(nic),
      `IP forwarding is off, so that Azure drops what goes to ${trace.packet.destination}`,
      nic.id,
    );
  }
  hops.push({
    at: nicLabel(nic),
    action: own ? 'delivers' : 'accepts to forward',
    nextHop: nic.machine?.name ?? '',
  });
  const here = hostOf(view, nic);
  if (here) return { next: { in: 'host', host: here.host, from: here.nic } };
  if (own) translateBack(trace, nic.id, nicLabel(nic));
  if (answersTo(nic, trace.packet.destination)) return { end: { at: 'machine', nic } };
  // An appliance sends on by the interface that it received by: which other one it would take is not known.
  trace.appliances.add(nic.name);
  return { next: { in: 'leaving', nic } };
}
