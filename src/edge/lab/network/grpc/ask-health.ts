import { type ClientHttp2Session, connect } from "node:http2";
import { monotonicMs } from "#edge/observe/time.js";
import type { GrpcSeen } from "#model/kube/probe-seen.js";
import { callCheck } from "./call-check.js";

export interface HealthQuestion {
  readonly host: string;
  readonly port: number;
  /** Empty: the server as a whole. */
  readonly service: string;
  /** For the connection and the answer together. */
  readonly timeoutMs: number;
  /** From one attempt to connect to the next; each later one takes 1.6 times as long. */
  readonly retryMs: number;
}

/**
 * Asks grpc.health.v1.Health/Check over HTTP/2 without TLS, as the kubelet does. A connection counts once the server has sent its HTTP/2
 * settings; until then it is tried again and again, as a gRPC client does, so that a port that refuses takes all of the time.
 */
export async function askHealth(question: HealthQuestion): Promise<GrpcSeen> {
  const { host, port, timeoutMs } = question;
  const deadline = monotonicMs() + timeoutMs;
  let patienceMs = question.retryMs;
  for (;;) {
    const beganMs = monotonicMs();
    const session = await settled(host, port, deadline - beganMs);
    if (session !== null) {
      return callCheck(session, question.service, Math.max(1, deadline - monotonicMs()));
    }
    const nextMs = Math.min(deadline, beganMs + patienceMs);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, nextMs - monotonicMs())));
    if (monotonicMs() >= deadline) return { kind: "no-connection", address: `${host}:${port}` };
    patienceMs *= RETRY_FACTOR;
  }
}

/** A session whose server has sent its settings; null: there was none in time. */
function settled(host: string, port: number, waitMs: number): Promise<ClientHttp2Session | null> {
  return new Promise((resolve) => {
    const session = connect(`http://${host}:${port}`);
    let ready = false;
    const end = (found: ClientHttp2Session | null): void => {
      clearTimeout(timer);
      ready = true;
      if (found === null) session.destroy();
      resolve(found);
    };
    const timer = setTimeout(() => end(null), waitMs);
    session.once("remoteSettings", () => {
      if (!ready) end(session);
    });
    // Stays: a session tells of its end more than once.
    session.on("error", () => {
      if (!ready) end(null);
    });
    session.once("close", () => {
      if (!ready) end(null);
    });
  });
}

const RETRY_FACTOR = 1.6;
