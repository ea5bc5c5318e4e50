import * as df from 'durable-functions';
import { acquire, openGate, release, type GateState } from '../../shared/gate';
import { gateEntity } from '../names';

/** Stores the gate of one subscription and applies the pure rules to it. */
export function registerGate(): void {
  df.app.entity<GateState>(gateEntity, (context) => {
    const state = context.df.getState(() => openGate) ?? openGate;
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
        context.df.return({ wake: next.wake });
        break;
      }
      default:
        context.warn(`A gate has no operation ${context.df.operationName}.`);
    }
  });
}

function input<T>(context: df.EntityContext<GateState>): T {
  return context.df.getInput<T>() as T;
}
