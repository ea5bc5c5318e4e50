import type { LoggedRequest } from '../../local/launch/adminClient';

/**
 * What Microsoft.Compute lets one virtual machine be asked, by Microsoft's page on the limits of its API: requests a
 * minute, and as many at once as its bucket holds.
 */
const limits = {
  putVm: { perMinute: 4, burst: 12 },
  updateVm: { perMinute: 4, burst: 12 },
  lowCostGet: { perMinute: 12, burst: 36 },
  getOperation: { perMinute: 15, burst: 45 },
} as const;
type Kind = keyof typeof limits;

const machine = /\/providers\/Microsoft\.Compute\/virtualMachines\/[^/?]+/i;
const operation = /\/providers\/Microsoft\.Compute\/locations\/[^/]+\/operations\//i;

/** Undefined for what is not asked of a machine. Polls name none: only where there is one machine are they all its own. */
function kindOf({ method, path }: LoggedRequest): Kind | undefined {
  if (operation.test(path)) return 'getOperation';
  const found = machine.exec(path);
  if (!found) return undefined;
  if (method === 'GET') return 'lowCostGet';
  const below = path.slice(found.index + found[0].length).split('?')[0];
  return method === 'PUT' && below === '' ? 'putVm' : 'updateVm';
}

/** Of each kind: how many there were, and the least that was left of its bucket; below zero it was overdrawn. */
export function spentOnMachine(requests: LoggedRequest[]): Record<Kind, { asked: number; left: number }> {
  const spent = (kind: Kind) => {
    const { perMinute, burst } = limits[kind];
    const times = requests.filter((one) => kindOf(one) === kind).map(({ at }) => Date.parse(at));
    let tokens: number = burst;
    let left: number = burst;
    times.forEach((time, index) => {
      const passed = (time - (times[index - 1] ?? time)) / 60_000;
      tokens = Math.min(burst, tokens + passed * perMinute) - 1;
      left = Math.min(left, tokens);
    });
    return { asked: times.length, left };
  };
  return {
    putVm: spent('putVm'),
    updateVm: spent('updateVm'),
    lowCostGet: spent('lowCostGet'),
    getOperation: spent('getOperation'),
  };
}

/** Phases that were run and restarts that were asked for, in order. */
export function guestWork(requests: LoggedRequest[]): string[] {
  return requests.flatMap(({ method, path }) => {
    const command = /\/runCommands\/(\w+)-/i.exec(path);
    if (method === 'PUT' && command) return [command[1] ?? ''];
    return method === 'POST' && /\/restart(\?|$)/i.test(path) ? ['restart'] : [];
  });
}
