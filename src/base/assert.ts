/** A programmer's mistake: crashes with a message that names the broken invariant. */
export function assert(condition: unknown, invariant: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${invariant}`);
}

/** Makes a switch over a union total: adding a variant becomes a compile error here. */
export function unreachable(value: never): never {
  throw new Error(`invariant broken: unexpected variant ${JSON.stringify(value)}`);
}
