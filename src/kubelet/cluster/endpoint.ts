/** One address of an EndpointSlice. Source: pkg/controller/util/endpointslice. */
export interface EndpointConditions {
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** null: the pod has no endpoint. */
export function endpointOf(pod: {
  readonly hasAddress: boolean;
  readonly ready: boolean;
  readonly deleting: boolean;
  readonly ended: boolean;
  readonly publishNotReady: boolean;
}): EndpointConditions | null {
  if (!pod.hasAddress || pod.ended) return null;
  const ready = pod.publishNotReady || (pod.ready && !pod.deleting);
  return { ready, serving: pod.ready, terminating: pod.deleting };
}

/** Which endpoints get new connections: the ready ones, and only where there is none those that are serving and terminating. */
export function usedEndpoints<T extends EndpointConditions>(endpoints: readonly T[]): T[] {
  const ready = endpoints.filter((one) => one.ready);
  if (ready.length > 0) return ready;
  return endpoints.filter((one) => one.serving && one.terminating);
}
