import { fail, ok, type Result } from "#base/result.js";

/** Why a message is none, by gRPC's code and in Go's words. */
export interface BadMessage {
  readonly code: "Internal" | "ResourceExhausted";
  readonly words: string;
}

/** A HealthCheckRequest as gRPC sends it: no compression, its length, then the service as field 1. */
export function healthRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const field = name.length === 0 ? [] : [STRING_1, ...varint(name.length)];
  const message = Buffer.concat([Buffer.from(field), name]);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** The status in the body of an answer: its name, or its number where it has none. */
export function healthStatus(body: Buffer): Result<string, BadMessage> {
  const bad = (words: string) => fail({ code: "Internal", words } as const);
  if (body.length === 0) {
    return bad("cardinality violation: received no response message from non-server-streaming RPC");
  }
  if (body.length < HEAD_BYTES) return bad("unexpected EOF");
  const length = body.readUInt32BE(1);
  if (length > MESSAGE_MAX) {
    const words = `grpc: received message larger than max (${length} vs. ${MESSAGE_MAX})`;
    return fail({ code: "ResourceExhausted", words });
  }
  if (body.length < HEAD_BYTES + length) return bad("unexpected EOF");
  if (body[0] !== 0) return bad("grpc: compressed flag set with identity or empty encoding");
  const status = enumOf(body.subarray(HEAD_BYTES, HEAD_BYTES + length));
  if (status === null) {
    const words = "proto: cannot parse invalid wire-format data";
    return bad(`grpc: failed to unmarshal the received message: ${words}`);
  }
  return ok(STATUSES[status] ?? `${status}`);
}

/** Field 1 of a message, as the last one of several; 0 where there is none; null: this is no message. */
function enumOf(message: Buffer): number | null {
  let [at, value] = [0, 0];
  while (at < message.length) {
    const tag = readVarint(message, at);
    if (tag === null || tag.value < 8n) return null;
    const type = Number(tag.value & 7n);
    const number = type === VARINT ? readVarint(message, tag.end) : null;
    const end = number?.end ?? endOf(message, type, tag.end);
    if (end === null || end > message.length) return null;
    if (tag.value === 8n && number !== null) value = Number(BigInt.asIntN(32, number.value));
    at = end;
  }
  return value;
}

/** Where a field that is skipped ends; null: it is none. */
function endOf(message: Buffer, type: number, at: number): number | null {
  if (type === FIXED_64) return at + 8;
  if (type === FIXED_32) return at + 4;
  const length = type === BYTES ? readVarint(message, at) : null;
  return length === null ? null : length.end + Number(length.value);
}

function readVarint(
  message: Buffer,
  from: number,
): { readonly value: bigint; readonly end: number } | null {
  let value = 0n;
  for (let index = 0; index < VARINT_BYTES_MAX; index += 1) {
    const byte = message[from + index];
    if (byte === undefined) return null;
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value, end: from + index + 1 };
  }
  return null;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

const STATUSES: readonly string[] = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];
const HEAD_BYTES = 5;
/** What a client of Go takes. */
const MESSAGE_MAX = 4 * 1_024 * 1_024;
const VARINT_BYTES_MAX = 10;
/** Field 1, as bytes of a length. */
const STRING_1 = 0x0a;
/** Types of fields on the wire. */
const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;
