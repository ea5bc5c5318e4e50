import * as df from 'durable-functions';
import { acquire, freeLease, release, type LeaseState } from '../../shared/leases';
import { leaseEntity } from '../names';

/** Stores one lease and applies the pure rules to it; the key stands for the ARM id of the parent. */
export function registerLease(): void {
  df.app.entity<LeaseState>(leaseEntity, (context) => {
    const state = context.df.getState(() => freeLease) ?? freeLease;
    switch (context.df.operationName) {
      case 'acquire': {
        const next = acquire(state, input(context));
        context.df.setState(next.state);
        context.df.return(next.answer);
        break;
      }
      case 'release': {
        const next = release(state, input(context));
        context.df.setState(next.state);
        context.df.return({ granted: next.granted ?? null });
        break;
      }
      case 'look':
        context.df.return(state);
        break;
      default:
        context.warn(`A lease has no operation ${context.df.operationName}.`);
    }
  });
}

function input<T>(context: df.EntityContext<LeaseState>): T {
  return context.df.getInput<T>() as T;
}
