import { Connection } from './database';
import { Entities } from './entities';
import { Instances } from './instances';
import { Work } from './work';

/** The durable state of one task hub. */
export class Store {
  private readonly database: Connection;
  readonly instances: Instances;
  readonly work: Work;
  readonly entities: Entities;

  constructor(file: string) {
    this.database = new Connection(file);
    this.instances = new Instances(this.database);
    this.work = new Work(this.database);
    this.entities = new Entities(this.database);
  }

  /** Runs `work` as one transaction: all of it or nothing. */
  commit<T>(work: () => T): T {
    return this.database.transaction(work);
  }

  close(): void {
    this.database.close();
  }
}
