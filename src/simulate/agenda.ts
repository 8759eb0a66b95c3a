import type { Instant } from "#base/time.js";

/** Virtual time: goes from due time to due time, and what is due at one instant happens in the order it was asked for. */
export interface Agenda {
  now(): Instant;
  after(delayMs: number, happen: () => void): void;
  /** Lets the next thing happen, if it is due by `until`. */
  turn(until: Instant): boolean;
}

interface Entry {
  readonly at: Instant;
  readonly order: number;
  readonly happen: () => void;
}

export function agenda(): Agenda {
  const heap: Entry[] = [];
  let now: Instant = 0;
  let order = 0;
  return {
    now: () => now,
    after(delayMs, happen) {
      push(heap, { at: now + Math.max(0, delayMs), order: order++, happen });
    },
    turn(until) {
      const first = heap[0];
      if (first === undefined || first.at > until) return false;
      pop(heap);
      now = first.at;
      first.happen();
      return true;
    },
  };
}

const isBefore = (one: Entry, other: Entry): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

function push(heap: Entry[], entry: Entry): void {
  let place = heap.length;
  heap.push(entry);
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const above = heap[parent] as Entry;
    if (isBefore(above, entry)) break;
    heap[place] = above;
    place = parent;
  }
  heap[place] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let place = 0;
  for (;;) {
    const left = 2 * place + 1;
    const right = left + 1;
    if (left >= heap.length) break;
    const one = heap[left] as Entry;
    const other = heap[right];
    const smaller = other !== undefined && isBefore(other, one) ? right : left;
    const child = heap[smaller] as Entry;
    if (isBefore(last, child)) break;
    heap[place] = child;
    place = smaller;
  }
  heap[place] = last;
}
