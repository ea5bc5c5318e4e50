import type { System } from '../../../launch/system';
import { until } from '../../../launch/until';
import { network, type Company } from './company';
import type { FindingSummary } from './document';

/** What people do to a network by hand, and what the reconciler makes of it. */

/** Named like one of ours, with a prefix of the pool; nobody promised it. */
export const plantedSubnet = 'Ghosted-hv-99';

/** Forwarding off on one host, the route of another deleted, the app's table taken off Azure-VMs. */
export async function drift({ admin, arm }: System, { resourceGroup, hubId }: Company): Promise<void> {
  const nic = arm.id(resourceGroup, 'Microsoft.Network/networkInterfaces/hv-03-lan');
  await admin.patchResource(nic, { properties: { enableIPForwarding: false } });
  await arm.delete(
    arm.id(resourceGroup, 'Microsoft.Network/routeTables/Routes-for-nested-VMs/routes/Nested-VMs-hv-05'),
  );
  await admin.patchResource(`${hubId}/subnets/Azure-VMs`, { properties: { routeTable: null } });
}

export async function plant({ arm }: System, { hubId }: Company): Promise<void> {
  await arm.put(`${hubId}/subnets/${plantedSubnet}`, { properties: { addressPrefix: '10.60.190.0/24' } });
}

interface Report {
  status: string;
  failure?: string;
  findings: { kind: string; what: string; action: { verdict: string } }[];
}

/** Runs a reconciliation that may act, after that of the timer if there is one. */
export async function reconciled(system: System, signal: AbortSignal): Promise<FindingSummary[]> {
  const { app } = system;
  for (;;) {
    const wish = { network, dryRun: false };
    const { body } = await app.send<{ href: string }>('POST', '/reconciliations', wish);
    const report = await until(
      async () => {
        const seen = await app.get<Report>(body.href.replace('/api/v1', ''));
        return seen.status === 'running' ? undefined : seen;
      },
      { what: 'the reconciliation', limit: 90_000, signal },
    );
    if (report.status === 'failed' && /is under way/.test(report.failure ?? '')) continue;
    if (report.status === 'failed') throw new Error(`The reconciliation failed: ${report.failure ?? ''}`);
    return report.findings.map(({ kind, what, action }) => ({
      kind,
      what: what.startsWith('/') ? (what.split('/').at(-1) ?? what) : what,
      verdict: action.verdict,
    }));
  }
}

/** Looks again once the grace period for deletions is over. */
export async function reconcileUntilGrace(system: System, signal: AbortSignal): Promise<FindingSummary[]> {
  await system.passTime(25 * 3_600_000);
  return await reconciled(system, signal);
}
