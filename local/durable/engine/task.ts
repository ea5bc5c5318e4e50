/** A thing an orchestration waits for. Only whether and how it ended matters here: values live in the library. */
export class Task {
  private listeners: ((task: Task) => void)[] = [];
  state: 'pending' | 'succeeded' | 'failed' = 'pending';

  /** Ends the task once; later calls change nothing. */
  settle(state: 'succeeded' | 'failed'): void {
    if (this.state !== 'pending') return;
    this.state = state;
    const listeners = this.listeners;
    this.listeners = [];
    for (const listener of listeners) listener(this);
  }

  /** Calls `listener` when the task ends, at once if it has ended. */
  whenSettled(listener: (task: Task) => void): void {
    if (this.state === 'pending') this.listeners.push(listener);
    else listener(this);
  }
}

/**
 * Ends when every child has ended. A failed child does not end it early, although the library's `Task.all`
 * continues user code at once: the shim follows .NET, where WhenAll waits for all.
 */
export function whenAll(children: Task[]): Task {
  const all = new Task();
  let open = children.length;
  let state: 'succeeded' | 'failed' = 'succeeded';
  if (open === 0) all.settle(state);
  for (const child of children) {
    child.whenSettled(() => {
      if (child.state === 'failed') state = 'failed';
      open -= 1;
      if (open === 0) all.settle(state);
    });
  }
  return all;
}

/** Ends with the first child that ends, whether it succeeded or failed. */
export function whenAny(children: Task[]): Task {
  const any = new Task();
  for (const child of children) child.whenSettled(() => any.settle('succeeded'));
  return any;
}
