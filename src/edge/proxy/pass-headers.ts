/** Names and values in turn, as `rawHeaders` of Node. */
export type RawHeaders = readonly string[];

/** Who asked, as `X-Forwarded-*` tells it. */
export interface ForwardedFor {
  readonly client: string;
  readonly host: string;
}

/** Belong to one connection, not to the message (RFC 9110 §7.6.1). `te` passes: it is only ever `trailers` in practice. */
const HOP_BY_HOP = new Set(["connection", "keep-alive", "proxy-connection"]);
/** Without these a message is read differently: a client that has them removed means harm. */
const FRAMING = new Set(["content-length", "transfer-encoding", "host", "trailer", "expect"]);
/** Node leaves these without a body unless a header says otherwise. */
const BODILESS = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);

export function headerPairs(raw: RawHeaders): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at] ?? "", raw[at + 1] ?? ""]);
  return pairs;
}

/**
 * Why a request that Node's parser accepts is not forwarded: two readers could disagree where it ends or whom it is for.
 * null: it is sound.
 */
export function refusalOf(httpVersion: string, raw: RawHeaders): string | null {
  const pairs = headerPairs(raw).map(([name, value]) => [name.toLowerCase(), value] as const);
  const values = (wanted: string) =>
    pairs.flatMap(([name, value]) => (name === wanted ? value : []));
  if (values("host").length > 1) return "more than one Host";
  if (values("transfer-encoding").length > 0) {
    if (httpVersion !== "1.1") return `Transfer-Encoding in HTTP/${httpVersion}`;
    if (values("content-length").length > 0) return "Transfer-Encoding beside Content-Length";
    if (values("transfer-encoding").length > 1) return "more than one Transfer-Encoding";
  }
  if (values("content-length").length > 1) return "more than one Content-Length";
  const named = connectionNames(pairs).find((name) => FRAMING.has(name));
  return named === undefined ? null : `Connection names ${named}`;
}

export interface Onward {
  readonly forwarded: ForwardedFor | null;
  /** The connection to the service is kept for further requests. */
  readonly keep: boolean;
  /** What a request of HTTP/1.0 without Host was sent to. */
  readonly authority: string;
}

/** The request's headers as the service gets them, always in HTTP/1.1. */
export function requestHeaders(
  method: string,
  raw: RawHeaders,
  { forwarded, keep, authority }: Onward,
): string[] {
  const pairs = endToEnd(raw);
  const names = new Set(pairs.map(([name]) => name.toLowerCase()));
  const framed = names.has("content-length") || names.has("transfer-encoding");
  if (!names.has("host")) pairs.unshift(["Host", authority]);
  if (!framed && !BODILESS.has(method)) pairs.push(["Content-Length", "0"]);
  pairs.push(["Connection", keep ? "keep-alive" : "close"]);
  return (forwarded === null ? pairs : withForwarded(pairs, forwarded)).flat();
}

/** The answer's headers as the client gets them: how its body is framed depends on the client, so Node decides that anew. */
export function responseHeaders(raw: RawHeaders): string[] {
  const plainChunks = ([name, value]: [string, string]) =>
    name.toLowerCase() === "transfer-encoding" && value.trim().toLowerCase() === "chunked";
  return endToEnd(raw)
    .filter((pair) => !plainChunks(pair))
    .flat();
}

function endToEnd(raw: RawHeaders): [string, string][] {
  const pairs = headerPairs(raw);
  const lower = pairs.map(([name, value]) => [name.toLowerCase(), value] as const);
  const named = new Set(connectionNames(lower).filter((name) => !FRAMING.has(name)));
  return pairs.filter(([name]) => {
    const key = name.toLowerCase();
    return !HOP_BY_HOP.has(key) && !named.has(key);
  });
}

function connectionNames(pairs: readonly (readonly [string, string])[]): string[] {
  return pairs
    .filter(([name]) => name === "connection")
    .flatMap(([, value]) => value.split(",").map((token) => token.trim().toLowerCase()));
}

function withForwarded(
  pairs: readonly [string, string][],
  { client, host }: ForwardedFor,
): [string, string][] {
  const earlier: string[] = [];
  const kept = pairs.filter(([name, value]) => {
    const key = name.toLowerCase();
    if (key === "x-forwarded-for") earlier.push(value);
    return !key.startsWith("x-forwarded-");
  });
  return [
    ...kept,
    ["X-Forwarded-For", [...earlier, client].join(", ")],
    ["X-Forwarded-Host", host],
    ["X-Forwarded-Proto", "http"],
  ];
}
