import type { EntityState } from '../engine/entity';
import { numberOf, textOf, textOrNull } from './columns';
import type { Connection } from './database';

export interface EntityRow {
  id: string;
  /** JSON text. */
  state: string | null;
  /** Epoch ms. */
  updatedAt: number;
}

/** Entities that exist. */
export class Entities {
  constructor(private readonly database: Connection) {}

  get(id: string): EntityState {
    const row = this.database.prepare('SELECT state FROM entities WHERE id = ?').get(id);
    return row ? { exists: true, state: textOrNull(row['state']) } : { exists: false, state: null };
  }

  /** An entity that does not exist leaves no row. */
  put(id: string, entity: EntityState, now: number): void {
    if (!entity.exists) {
      this.remove(id);
      return;
    }
    this.database.prepare('INSERT OR REPLACE INTO entities VALUES (?, ?, ?)').run(id, entity.state, now);
  }

  /** @returns whether it existed */
  remove(id: string): boolean {
    return this.database.prepare('DELETE FROM entities WHERE id = ?').run(id).changes === 1;
  }

  list(idPrefix: string, after: string, limit: number): EntityRow[] {
    return this.database
      .prepare('SELECT * FROM entities WHERE substr(id, 1, length(?1)) = ?1 AND id > ?2 ORDER BY id LIMIT ?3')
      .all(idPrefix, after, limit)
      .map((row) => ({
        id: textOf(row['id']),
        state: textOrNull(row['state']),
        updatedAt: numberOf(row['updatedAt']),
      }));
  }
}
