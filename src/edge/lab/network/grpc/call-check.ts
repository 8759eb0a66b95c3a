import { STATUS_CODES } from "node:http";
import {
  type ClientHttp2Session,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from "node:http2";
import { monotonicMs } from "#edge/observe/time.js";
import type { GrpcSeen } from "#model/kube/probe-seen.js";
import { healthRequest, healthStatus } from "./health-message.js";

type Headers = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** What came back of the call. */
interface Come {
  readonly headers: Headers | null;
  readonly trailers: IncomingHttpHeaders | null;
  readonly body: Buffer;
  /** The server's code where it broke the stream off; 0: it did not. */
  readonly reset: number;
  readonly lost: boolean;
}

/** Calls Check once on a connection, which is closed afterwards. */
export function callCheck(
  session: ClientHttp2Session,
  service: string,
  timeoutMs: number,
): Promise<GrpcSeen> {
  return new Promise((resolve) => {
    const end = (seen: GrpcSeen): void => {
      clearTimeout(timer);
      resolve(seen);
      session.destroy();
    };
    const deadline = monotonicMs() + timeoutMs;
    const timer = setTimeout(() => end({ kind: "slow" }), timeoutMs);
    if (session.destroyed || session.closed) {
      end(LOST);
      return;
    }
    let headers: Headers | null = null;
    let trailers: IncomingHttpHeaders | null = null;
    let size = 0;
    const chunks: Buffer[] = [];
    const stream = session.request({ ...HEADERS, "grpc-timeout": `${Math.ceil(timeoutMs)}m` });
    stream.on("response", (come) => {
      headers = come;
    });
    stream.on("trailers", (come) => {
      trailers = come;
    });
    stream.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= BODY_MAX) chunks.push(chunk);
    });
    // What it says is told by the code with which the stream closes.
    stream.on("error", () => {});
    stream.on("close", () => {
      const { rstCode = 0 } = stream;
      const lost = session.destroyed && rstCode !== 0;
      // A server that goes by the same time cancels then: that is no other answer.
      if (rstCode === constants.NGHTTP2_CANCEL && monotonicMs() >= deadline) {
        end({ kind: "slow" });
        return;
      }
      end(seenOf({ headers, trailers, body: Buffer.concat(chunks), reset: rstCode, lost }));
    });
    stream.end(healthRequest(service));
  });
}

function seenOf({ headers, trailers, body, reset, lost }: Come): GrpcSeen {
  const problem = headers === null ? null : headerProblem(headers);
  if (problem !== null) return problem;
  // An answer without a body has all in its first headers.
  const last = trailers ?? headers;
  const code = last?.["grpc-status"];
  if (typeof code !== "string") return unfinished(reset, lost);
  if (code !== "0") {
    const words = last?.["grpc-message"];
    return status(CODES[Number(code)] ?? `Code(${code})`, decoded(`${words ?? ""}`));
  }
  const found = healthStatus(body);
  if (!found.ok) return { kind: "status", ...found.error };
  return { kind: "answered", status: found.value };
}

const status = (code: string, words: string): GrpcSeen => ({ kind: "status", code, words });
const LOST = status("Unavailable", "error reading from server: EOF");

function unfinished(reset: number, lost: boolean): GrpcSeen {
  if (lost) return LOST;
  if (reset === 0) return status("Internal", "server closed the stream without sending trailers");
  const words = `stream terminated by RST_STREAM with error code: ${nameOfReset(reset)}`;
  return status(RESETS[reset] ?? "Internal", words);
}

/** An answer over HTTP/2 that is not gRPC's; null: it may be. */
function headerProblem(headers: Headers): GrpcSeen | null {
  const http = headers[":status"] ?? 0;
  const type = headers["content-type"];
  const isGrpc = type !== undefined && /^application\/grpc(?:$|[+;])/i.test(type);
  if (http === 200 && isGrpc) return null;
  const typeWords =
    type === undefined
      ? "malformed header: missing HTTP content-type"
      : `transport: received unexpected content-type ${JSON.stringify(type)}`;
  const httpWords = `unexpected HTTP status code received from server: ${http} (${STATUS_CODES[http] ?? ""})`;
  return status(HTTP_CODES[http] ?? "Unknown", isGrpc ? httpWords : `${httpWords}; ${typeWords}`);
}

/** Words travel with `%` and two digits for what is not plain. */
function decoded(words: string): string {
  try {
    return decodeURIComponent(words);
  } catch {
    return words;
  }
}

function nameOfReset(code: number): string {
  const names = Object.entries(constants);
  const found = names.find(([name, value]) => RESET_NAME.test(name) && value === code);
  return found?.[0].replace("NGHTTP2_", "") ?? `${code}`;
}

const RESET_NAME =
  /^NGHTTP2_(?:NO_ERROR|PROTOCOL_ERROR|INTERNAL_ERROR|FLOW_CONTROL_ERROR|SETTINGS_TIMEOUT|STREAM_CLOSED|FRAME_SIZE_ERROR|REFUSED_STREAM|CANCEL|COMPRESSION_ERROR|CONNECT_ERROR|ENHANCE_YOUR_CALM|INADEQUATE_SECURITY|HTTP_1_1_REQUIRED)$/;

const HEADERS = {
  ":method": "POST",
  ":path": "/grpc.health.v1.Health/Check",
  "content-type": "application/grpc",
  "user-agent": "kube-probe/1.36",
  te: "trailers",
};

/** More than a message may have. */
const BODY_MAX = 4 * 1_024 * 1_024 + 5;

/** gRPC's codes by their numbers. */
const CODES: readonly string[] = [
  ...["OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound"],
  ...["AlreadyExists", "PermissionDenied", "ResourceExhausted", "FailedPrecondition", "Aborted"],
  ...["OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated"],
];

/** What a code of HTTP/2 that ends a stream, and a status of HTTP, are among gRPC's. */
const RESETS: Readonly<Record<number, string>> = {
  ...{ 3: "ResourceExhausted", 7: "Unavailable", 8: "Canceled", 11: "ResourceExhausted" },
  ...{ 12: "PermissionDenied" },
};
const HTTP_CODES: Readonly<Record<number, string>> = {
  ...{ 400: "Internal", 401: "Unauthenticated", 403: "PermissionDenied", 404: "Unimplemented" },
  ...{ 429: "Unavailable", 502: "Unavailable", 503: "Unavailable", 504: "Unavailable" },
};
