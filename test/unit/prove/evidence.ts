import type { OperationView } from '../../../local/launch/appClient';
import type { Evidence, GuestReport, HostFacts, Restart, Round } from '../../../local/prove/evidence';
import type { Exchange } from '../../../local/prove/exchange';

/** Evidence as a run gathers it, made by hand. */

const origin = 'https://management.azure.com/subscriptions/s/resourceGroups/g/providers';

let id = 0;
export function exchange(
  method: string,
  path: string,
  more: Partial<Omit<Exchange, 'requestBody' | 'responseBody'>> & { sent?: unknown; answer?: unknown } = {},
): Exchange {
  const { sent, answer, ...rest } = more;
  id += 1;
  return {
    ...{ id, by: 'app', startedAt: id * 1000, endedAt: id * 1000 + 500, method },
    ...{ url: `${origin}/${path}?api-version=1`, requestHeaders: {}, responseHeaders: {}, status: 200 },
    requestBody: sent === undefined ? '' : JSON.stringify(sent),
    responseBody: answer === undefined ? '' : JSON.stringify(answer),
    ...rest,
  };
}

/** The answer in which the result of a phase came. */
export function phase(
  name: string,
  more: Record<string, unknown> = {},
  view: Record<string, unknown> = {},
): Exchange {
  const result = { phase: name, ok: true, bootTime: '2026-01-01T10:00:00Z', changed: [], ...more };
  const output = `##nested-hosts-begin##${JSON.stringify(result)}##nested-hosts-end##`;
  return exchange('GET', `Microsoft.Compute/virtualMachines/prove-01/runCommands/${name}`, {
    answer: { properties: { instanceView: { executionState: 'Succeeded', exitCode: 0, output, ...view } } },
  });
}

export const report = (more: Partial<GuestReport> = {}): GuestReport => ({
  ...{ bootId: 'b', address: '10.0.2.2', gateway: '10.0.2.1', dnsServers: ['168.63.129.16'] },
  ...{ dns: 'answered', internet: 'answered', metadata: 'silent', wireServer: 'silent' },
  ...{ probe: 'answered', seenAs: '10.0.2.2' },
  ...more,
});

export const round = (after: string, more: Partial<GuestReport> = {}): Round => ({
  after,
  probe: {
    address: '10.0.2.2',
    sent: 10,
    answered: 10,
    pinged: true,
    seenAs: '10.0.3.4',
    guest: report(more),
  },
  predicted: [],
});

export const facts = (after: string, more: Partial<HostFacts> = {}): HostFacts => ({
  ...{ begun: '2026-01-01T12:10:03Z', startTime: '2026-01-01T12:10:00Z' },
  ...{ after, os: 'Windows', powerShell: '5.1.1', bootTime: '2026-01-01T12:00:00Z', boots: [] },
  ...{ services: { W3SVC: 'Stopped' }, adapters: [], switchDeviceId: 'A', task: null },
  ...{ natDump: [], filterDump: [] },
  ...more,
});

export const restart = (more: Partial<Restart> = {}): Restart => ({
  ...{
    askedAt: 1_000,
    endedAt: 2_000,
    readyAt: 91_000,
    reportBefore: 500,
    reportAtEnd: 500,
    reportReady: 80_000,
  },
  ...more,
});

export const succeeded = (kind: string): OperationView => ({
  ...{ id: 'o', kind, network: 'prove', status: 'succeeded', createdAt: '', steps: [] },
});

export const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  ...{
    exchanges: [],
    size: 'Standard_D2s_v5',
    rounds: [],
    restarts: [],
    facts: [],
    differences: [],
    troubles: [],
  },
  ...more,
});
