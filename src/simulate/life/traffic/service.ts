import { type EndpointConditions, endpointOf, usedEndpoints } from "#kubelet/cluster/endpoint.js";
import type { LifeHappening, Micros } from "#model/life/life-event.js";
import type { Given } from "#simulate/life/given.js";
import type { Clients } from "#simulate/life/life-input.js";
import type { LifePod, Told } from "#simulate/life/pod/life-pod.js";
import type { EventHeap } from "#simulate/life/time/event-heap.js";
import type { Stream } from "#simulate/life/time/stream.js";
import { type PodTraffic, podTraffic } from "./pod-traffic.js";

/** The Service before the pods: who gets new requests, as far as the data plane knows. */
export interface Service {
  /** The pod's condition, deletion or end changed; the data plane learns of it a little later. */
  changed(pod: LifePod): void;
  /** Requests that met no endpoint at all. */
  readonly nobody: PodTraffic;
  settle(now: Micros): void;
}

interface Seen {
  readonly pod: LifePod;
  /** Its own, so that no other pod's changes shift when the data plane learns of this one's. */
  readonly stream: Stream;
  ready: boolean;
  serving: boolean;
  terminating: boolean;
  /** What was last sent on its way. */
  sent: string;
  rate: number;
}

/** Clients begin once the service is there for the first time: what was never up cannot be lost. */
export function service(
  heap: EventHeap,
  clients: Clients,
  given: Given,
  tell: ((event: LifeHappening, at: Told) => void) | null,
  fromUs: Micros,
): Service {
  const seen = new Map<LifePod, Seen>();
  let begun = false;
  let nobodyRate = -1;
  const nobody = podTraffic(clients, ({ kind, fromUs, toUs, requests, cause }) => {
    const at: Told = { src: "client", pod: "-", container: null, gen: null };
    tell?.({ ev: "refusedSegment", data: { fromUs, untilUs: toUs, kind, requests, cause } }, at);
  });
  nobody.meet({ mode: "closed", cause: "no endpoint" }, 0);

  const share = (): void => {
    if (heap.now < fromUs) return;
    const used = usedEndpoints([...seen.values()]);
    if (used.length > 0) begun = true;
    const rate = used.length === 0 ? 0 : clients.ratePerS / used.length;
    for (const one of seen.values()) {
      const wanted = used.includes(one) ? rate : 0;
      if (one.rate === wanted) continue;
      one.rate = wanted;
      one.pod.traffic.rate(wanted, heap.now);
      one.pod.load(wanted);
    }
    const left = begun && used.length === 0 ? clients.ratePerS : 0;
    if (left === nobodyRate) return;
    nobodyRate = left;
    nobody.rate(left, heap.now);
  };

  if (fromUs > 0) heap.after(fromUs, share);
  return {
    nobody,
    changed(pod) {
      const known = seen.get(pod) ?? fresh(pod, given.stream(`endpoint/${pod.index}`));
      seen.set(pod, known);
      const { ready, serving, terminating } = conditionsOf(pod);
      const sent = `${ready} ${serving} ${terminating}`;
      if (sent === known.sent) return;
      const wasReady = known.sent.startsWith("true");
      known.sent = sent;
      const lagUs = given.endpointLagUs(pod.index, known.stream);
      if (wasReady !== ready) {
        const at: Told = { src: "kubelet", pod: pod.name, container: null, gen: null };
        const ev = ready ? "endpointReady" : "endpointGone";
        tell?.({ ev, data: { seenAt: heap.now + lagUs } }, at);
      }
      const arrive = (): void => {
        known.ready = ready;
        known.serving = serving;
        known.terminating = terminating;
        share();
      };
      if (lagUs === 0) arrive();
      else heap.after(lagUs, arrive);
    },
    settle(now) {
      for (const { pod } of seen.values()) pod.traffic.settle(now);
      nobody.settle(now);
    },
  };
}

function conditionsOf(pod: LifePod): EndpointConditions {
  const conditions = endpointOf({
    hasAddress: true,
    ready: pod.record.ready,
    deleting: pod.isDeleting(),
    ended: pod.record.ended !== null,
    publishNotReady: false,
  });
  return conditions ?? NONE;
}

const NONE = { ready: false, serving: false, terminating: false };

function fresh(pod: LifePod, stream: Stream): Seen {
  return { pod, stream, ...NONE, sent: "false false false", rate: 0 };
}
