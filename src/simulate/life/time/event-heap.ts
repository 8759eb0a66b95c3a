import type { Micros } from "#model/life/life-event.js";

/** Somebody whom an instant of virtual time can wake. */
export interface Sleeper {
  woke(code: number): void;
}

/** What is still to come, in order of time, and of asking where times are equal. Nothing else moves virtual time. */
export interface EventHeap {
  readonly now: Micros;
  /**
   * Wakes this sleeper with this code then; never before now. `rank`: after everything else of that instant, in order of ranks,
   * whenever it was asked; -1: in order of asking.
   */
  at(time: Micros, sleeper: Sleeper, code: number, rank: number): void;
  /** Of the one that is being taken; -1: it has none. */
  readonly rank: number;
  /** Calls once, then. */
  after(delayUs: Micros, act: () => void): void;
  /** When the next one is due; Infinity: nothing is to come. */
  next(): Micros;
  /** Takes the next one, unless it is due after `until`. */
  turn(until: Micros): boolean;
  /** Nothing more is taken: it is then, at last. */
  end(at: Micros): void;
  /** How many were taken. */
  readonly turns: number;
}

/** More than anybody will ever ask for. */
const RANKED = 2 ** 50;

const NOTHING = (): void => {};

/** Millions of turns a second, no object for each. */
export function eventHeap(): EventHeap {
  const store = newStore();
  let now = 0;
  let asked = 0;
  let turns = 0;
  let current = -1;
  const at = (time: Micros, sleeper: Sleeper, code: number, rank: number): void => {
    if (time <= now && rank < 0) {
      soon.add(() => sleeper.woke(code));
      return;
    }
    insert(store, time < now ? now : time, rank < 0 ? asked : RANKED + rank, sleeper, code);
    asked += 1;
  };
  const soon = newQueue();
  /** Of this instant, what stands in the heap without a rank was asked for before. */
  const isFirst = (): boolean =>
    store.size === 0 || (store.times[0] as number) > now || (store.orders[0] as number) >= RANKED;
  const later = newCaller();
  return {
    at,
    after(delayUs, act) {
      if (delayUs <= 0) {
        soon.add(act);
        return;
      }
      at(now + delayUs, later, later.keep(act), -1);
    },
    next() {
      if (!soon.isEmpty()) return now;
      return store.size === 0 ? Number.POSITIVE_INFINITY : (store.times[0] as number);
    },
    turn(until) {
      if (!soon.isEmpty() && isFirst()) {
        turns += 1;
        current = -1;
        soon.take()();
        return true;
      }
      if (store.size === 0 || (store.times[0] as number) > until) return false;
      now = store.times[0] as number;
      turns += 1;
      const sleeper = store.sleepers[0] as Sleeper;
      const code = store.codes[0] as number;
      const order = store.orders[0] as number;
      current = order < RANKED ? -1 : order - RANKED;
      removeFirst(store);
      sleeper.woke(code);
      return true;
    },
    end(time) {
      now = Math.max(now, time);
    },
    get rank() {
      return current;
    },
    get now() {
      return now;
    },
    get turns() {
      return turns;
    },
  };
}

/** What is to be called later, by place; places are used again. */
function newCaller(): Sleeper & { keep(act: () => void): number } {
  const acts: (() => void)[] = [];
  const free: number[] = [];
  return {
    keep(act) {
      const place = free.pop() ?? acts.length;
      acts[place] = act;
      return place;
    },
    woke(code) {
      const act = acts[code] as () => void;
      acts[code] = NOTHING;
      free.push(code);
      act();
    },
  };
}

/** What is to be called at this very instant, in order of asking: most of what is asked for. */
function newQueue() {
  const acts: (() => void)[] = [];
  let served = 0;
  return {
    add(act: () => void): void {
      acts.push(act);
    },
    isEmpty: (): boolean => served === acts.length,
    take(): () => void {
      const act = acts[served] as () => void;
      served += 1;
      if (served === acts.length) {
        acts.length = 0;
        served = 0;
      }
      return act;
    },
  };
}

/** A binary heap over typed arrays. */
interface Store {
  size: number;
  times: Float64Array;
  orders: Float64Array;
  codes: Int32Array;
  readonly sleepers: Sleeper[];
}

const PLACES = 1_024;

function newStore(): Store {
  return {
    size: 0,
    times: new Float64Array(PLACES),
    orders: new Float64Array(PLACES),
    codes: new Int32Array(PLACES),
    sleepers: [],
  };
}

function insert(store: Store, time: Micros, order: number, sleeper: Sleeper, code: number): void {
  if (store.size === store.times.length) grow(store);
  let hole = store.size;
  store.size += 1;
  while (hole > 0) {
    const above = (hole - 1) >> 1;
    const aboveTime = store.times[above] as number;
    if (aboveTime < time || (aboveTime === time && (store.orders[above] as number) < order)) break;
    move(store, above, hole);
    hole = above;
  }
  put(store, hole, time, order, sleeper, code);
}

function removeFirst(store: Store): void {
  store.size -= 1;
  const { size, times, orders } = store;
  const time = times[size] as number;
  const order = orders[size] as number;
  const code = store.codes[size] as number;
  const sleeper = store.sleepers.pop() as Sleeper;
  if (size === 0) return;
  let hole = 0;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= size) break;
    if (child + 1 < size && isBefore(store, child + 1, child)) child += 1;
    const childTime = times[child] as number;
    if (childTime > time || (childTime === time && (orders[child] as number) > order)) break;
    move(store, child, hole);
    hole = child;
  }
  put(store, hole, time, order, sleeper, code);
}

function isBefore({ times, orders }: Store, a: number, b: number): boolean {
  const [timeA, timeB] = [times[a] as number, times[b] as number];
  return timeA !== timeB ? timeA < timeB : (orders[a] as number) < (orders[b] as number);
}

function move({ times, orders, codes, sleepers }: Store, from: number, to: number): void {
  times[to] = times[from] as number;
  orders[to] = orders[from] as number;
  codes[to] = codes[from] as number;
  sleepers[to] = sleepers[from] as Sleeper;
}

function put(
  store: Store,
  at: number,
  time: Micros,
  order: number,
  sleeper: Sleeper,
  code: number,
): void {
  store.times[at] = time;
  store.orders[at] = order;
  store.codes[at] = code;
  store.sleepers[at] = sleeper;
}

function grow(store: Store): void {
  const length = store.times.length * 2;
  const { times, orders, codes } = store;
  store.times = new Float64Array(length);
  store.orders = new Float64Array(length);
  store.codes = new Int32Array(length);
  store.times.set(times);
  store.orders.set(orders);
  store.codes.set(codes);
}
