import type { Micros } from "#model/life/life-event.js";

/** How a pod is taken down, from the deletion on. */
export interface Stop {
  readonly graceUs: Micros;
  readonly preStopUs: Micros;
  /** How long it goes on accepting after the stop signal. */
  readonly lameDuckUs: Micros;
  readonly longestRequestUs: Micros;
  /** Until no new connection comes any more. */
  readonly endpointLagUs: Micros;
  /** How long before the end of the grace period the supervisor kills what is left; 0: the kubelet does. */
  readonly reserveUs: Micros;
}

/** F6: what a stop loses. `safe` with what is left of the grace period. */
export type StopLoss =
  | { readonly kind: "safe"; readonly slackUs: Micros }
  /** New connections still come when nobody accepts any more. */
  | { readonly kind: "refuses"; readonly missingUs: Micros }
  /** The last request is cut, this long before its end. */
  | { readonly kind: "cuts"; readonly missingUs: Micros; readonly cutAtUs: Micros };

/**
 * F6: nothing is lost iff connections are accepted until the endpoints are gone, and the longest request that began last ends before
 * the kill. Requests on kept-alive connections begin until nobody accepts any more, whatever the endpoints say.
 */
export function stopLoss(stop: Stop): StopLoss {
  const acceptsUs = stop.preStopUs + stop.lameDuckUs;
  const cutAtUs = stop.graceUs - stop.reserveUs;
  if (acceptsUs < stop.endpointLagUs) {
    return { kind: "refuses", missingUs: stop.endpointLagUs - acceptsUs };
  }
  const slackUs = cutAtUs - acceptsUs - stop.longestRequestUs;
  return slackUs >= 0 ? { kind: "safe", slackUs } : { kind: "cuts", missingUs: -slackUs, cutAtUs };
}
