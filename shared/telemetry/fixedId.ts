let next: string | undefined;

/** The span that `start` starts, and no other, gets this id. */
export function withSpanId<T>(id: string, start: () => T): T {
  next = id;
  try {
    return start();
  } finally {
    next = undefined;
  }
}

export function takeSpanId(): string | undefined {
  const id = next;
  next = undefined;
  return id;
}
