import { randomUUID } from 'node:crypto';
import type { AzureClients } from './clients';
import { looking, outcomeOf, pendingOf, type Resume } from './ensure';
import { parseId } from './ids';
import type { Outcome } from './outcome';
import { pollOperation } from './raw';
import { send, type CallOptions } from './send';
import type { Claims, IssuedWarrant, Verdict } from './warrant';

/** A resource that may have to go: how to read it, who judges it, how to delete it. */
export interface RemovalSpec<C = Claims> {
  id: string;
  judge(clients: AzureClients, claims: C): Promise<Verdict>;
  /** Gives the call that starts the deletion; never the poller itself, which would poll when awaited. */
  remover(clients: AzureClients): Promise<(options: CallOptions) => { submitted(): Promise<void> }>;
}

/** Facts of a removal that is over: `kept` says why the resource was left on purpose. */
export interface RemovalFacts {
  kept?: string;
}

/**
 * The one place that sends DELETE. It reads, lets the judge decide on what it read and on the records, writes the
 * warrant to the audit, and only then deletes, with the request id that the warrant names; like `ensure` it never waits. "Not there" is success.
 */
export async function ensureAbsent<C>(
  clients: AzureClients,
  spec: RemovalSpec<C>,
  claims: C,
  audit: (warrant: IssuedWarrant) => Promise<void>,
  resume: Resume = {},
): Promise<Outcome<RemovalFacts>> {
  return outcomeOf<RemovalFacts>(async () => {
    if (resume.operation) {
      const polled = await pollOperation(clients, parseId(spec.id).subscriptionId, resume.operation);
      if (polled.status === 'failed') return polled;
      if (polled.status === 'pending') return { ...polled, change: 'deleted' };
    }
    const verdict = await looking(() => spec.judge(clients, claims));
    switch (verdict.verdict) {
      case 'gone':
        return { status: 'done', change: resume.change ?? 'unchanged' };
      case 'keep':
        return { status: 'done', change: 'unchanged', facts: { kept: verdict.reason } };
      case 'wait':
        return { status: 'pending', change: 'deleted' };
      case 'refuse':
        return verdict.failure;
      case 'delete': {
        const requestId = randomUUID();
        await audit({ ...verdict.warrant, requestId });
        const sent = await send(await spec.remover(clients), requestId);
        return pendingOf(sent, 'deleted');
      }
    }
  });
}
