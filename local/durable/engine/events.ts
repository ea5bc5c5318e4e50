import { Task } from './task';

/** External events of one execution: those that wait for a reader, and readers that wait for an event. */
export class ExternalEvents {
  private readonly waiting = new Map<string, Task[]>();
  private readonly buffered = new Map<string, number>();

  wait(name: string): Task {
    const task = new Task();
    const buffered = this.buffered.get(name) ?? 0;
    if (buffered > 0) {
      this.buffered.set(name, buffered - 1);
      task.settle('succeeded');
    } else {
      this.waiting.set(name, [...(this.waiting.get(name) ?? []), task]);
    }
    return task;
  }

  /** The latest waiter is served first, as in the library, where an older wait of the same name may be abandoned. */
  raise(name: string): void {
    const task = this.waiting.get(name)?.pop();
    if (task) task.settle('succeeded');
    else this.buffered.set(name, (this.buffered.get(name) ?? 0) + 1);
  }
}
