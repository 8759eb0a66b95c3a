/**
 * The order of a SO_REUSEPORT group as the kernel keeps it, by inode: a new member comes last, the place of a closed one is
 * taken by the last one. The steering program answers indices into exactly this order.
 */
export type MemberOrder = readonly number[];

export function withMember(order: MemberOrder, inode: number): MemberOrder {
  return [...order, inode];
}

export function withoutMember(order: MemberOrder, inode: number): MemberOrder {
  const place = order.indexOf(inode);
  const last = order.at(-1);
  if (place === -1 || last === undefined) return order;
  const rest = order.slice(0, -1);
  return place === rest.length ? rest : rest.with(place, last);
}

/** What the order must be now that exactly `alive` are listening: others have left, strangers came last. */
export function reconciled(order: MemberOrder, alive: readonly number[]): MemberOrder {
  const present = new Set(alive);
  const known = new Set(order);
  const left = order.filter((inode) => !present.has(inode)).reduce(withoutMember, order);
  return alive.filter((inode) => !known.has(inode)).reduce(withMember, left);
}

/** Whether closing this member would move `kept` to another index: for an instant the program would name a wrong one. */
export function closingMoves(order: MemberOrder, closed: number, kept: number): boolean {
  return order.includes(closed) && closed !== kept && order.at(-1) === kept;
}
