import type { NetworkDefinition } from './definition';

export interface NetworkRecord {
  /** Lower case; key of the network. */
  name: string;
  definition: NetworkDefinition;
  state: 'defining' | 'ready' | 'failed';
  /** Operation that defines it or did so last. */
  operation: string;
  /**
   * A changed definition: no host may be added until it replaces `definition` or is withdrawn. Where there are hosts, which
   * it only adds to, it replaces it when it is in place.
   */
  pending?: { definition: NetworkDefinition; operation: string };
  /** Operation that rolls the definition out to the hosts: it does not change meanwhile. */
  converging?: string;
  /** It is being forgotten: no host may be added. */
  forgetting?: true;
  /** Tables of ours that its routed subnets have had, whatever the definition says by now. */
  tables?: OwnTable[];
  updatedAt: string;
}

/** A route table that the app made, or was about to make, and the subnets that it was put on. Ids as Azure spells them. */
export interface OwnTable {
  id: string;
  subnets: string[];
}
