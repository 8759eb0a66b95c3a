/** A time without a service, nominal seconds of the pod. It was certainly gone from `stopped` to `opening`, and certainly there before `stopping` and after `open`. */
export interface Outage {
  readonly stopping: number;
  readonly stopped: number;
  /** Infinity, as `open` too: it did not come back. */
  readonly opening: number;
  readonly open: number;
}

/** A probe, which was sent at some moment between these two, nominal seconds of the pod. */
export interface Sent {
  readonly earliest: number;
  readonly latest: number;
}

/** What an outage does to a probe: the port refuses it; or it waits for an answer as long as its timeout, in nominal seconds. */
export type Socket =
  | { readonly kind: "refuses" }
  | { readonly kind: "waits"; readonly timeout: number };

/** What has to become of a probe; `either`: it came so near to an edge that both may be. */
export function fateOf(
  sent: Sent,
  outages: readonly Outage[],
  socket: Socket,
): "fails" | "passes" | "either" {
  const met = outages.filter(
    ({ stopping, open }) => sent.latest >= stopping && sent.earliest <= open,
  );
  if (met.length === 0) return "passes";
  const timeout = socket.kind === "waits" ? socket.timeout : 0;
  const fails = met.some(
    ({ stopped, opening }) => sent.earliest >= stopped && sent.latest + timeout <= opening,
  );
  if (fails) return "fails";
  const answered = ({ stopped, open }: Outage): boolean =>
    sent.earliest >= stopped && sent.earliest + timeout >= open + ANSWER;
  return socket.kind === "waits" && met.every(answered) ? "passes" : "either";
}

/** What a service that has just begun to accept may take to answer, nominal seconds. */
const ANSWER = 3;
