/** The relay's thread: a busy service must not make hotpod's probes late, nor the other way round. */
import { parentPort } from "node:worker_threads";
import type { RelayOrder } from "./messages.js";
import { Relay } from "./relay.js";

/** The first order opens it. */
parentPort?.once("message", (first: Extract<RelayOrder, { kind: "open" }>) => {
  const relay = new Relay(first.options, (news) => parentPort?.postMessage(news));
  relay.take(first);
  parentPort?.on("message", (order: RelayOrder) => relay.take(order));
});
