import { isChange } from '../../../azure/edge/questions';
import { buildByHand, type HandBuilt } from '../../../launch/handBuilt';
import type { HostView, OperationView } from '../../../launch/appClient';
import type { System } from '../../../launch/system';
import { until } from '../../../launch/until';
import { network, onPremises, spokeRange, type Company } from './company';
import type { AdoptedByHand } from './document';
import { walkFleet } from './paths';

/** A Hyper-V host that somebody built before the app came, after the article, with a table of its own on NAT alone. */
export const lab = 'hyperv-lab';

const wish = {
  name: 'HyperV-Lab',
  virtualNetwork: 'Hub',
  natAddress: '10.60.0.40',
  lanAddress: '10.60.1.40',
  prefix: '10.60.180.0/24',
  table: 'Lab-Routes',
  routed: ['NAT'],
  ranges: ['10.60.0.0/16', spokeRange, onPremises.range],
};

export const buildLab = (system: System, company: Company): Promise<HandBuilt> =>
  buildByHand(system, company, wish);

/** Takes the lab over and says what that took. @throws if it fails. */
export async function adoptLab(
  system: System,
  { virtualMachine }: HandBuilt,
  hosts: readonly string[],
  signal: AbortSignal,
): Promise<AdoptedByHand> {
  const { app, admin } = system;
  const bootTime = async (): Promise<unknown> =>
    (await admin.state()).guests[virtualMachine.toLowerCase()]?.bootTime;
  const before = await bootTime();
  const seq = (await admin.requests()).requests.at(-1)?.seq ?? 0;
  const order = { virtualMachine: wish.name };
  const answer = await app.send<{ id: string }>('POST', `/networks/${network}/adoptions`, order);
  if (answer.status !== 202) throw new Error(`Adoption: ${answer.status} ${JSON.stringify(answer.body)}`);
  const operation = await until<OperationView>(
    async () => {
      const seen = await app.operation(answer.body.id);
      return seen.finishedAt === undefined ? undefined : seen;
    },
    { what: 'the adoption', limit: 60_000, signal },
  );
  if (operation.status !== 'succeeded') throw new Error(`Adoption: ${operation.failure?.message ?? ''}`);
  const writes = (await admin.requests(seq)).requests.filter(isChange);
  const { state, addresses } = await app.get<HostView>(`/hosts/${network}/${lab}`);
  return {
    state,
    ghostedPrefix: addresses?.ghostedPrefix ?? '',
    restarted: (await bootTime()) !== before,
    writes: counted(writes.map(({ path }) => path.split('/').at(-2) ?? '')),
    paths: await walkFleet(admin, [...hosts, wish.name]),
  };
}

function counted(kinds: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of kinds.toSorted()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
