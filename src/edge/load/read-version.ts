import { crc32 } from "node:zlib";

/** What one body says of itself. */
export type BodyReading =
  | { readonly kind: "whole"; readonly version: string }
  | { readonly kind: "broken"; readonly detail: string };

/**
 * How a body proves that it is whole, beyond the length that was announced. `end`: its last member is `"end":true`.
 * `checksum`: its last line is `checksum XXXXXXXX`, the CRC-32 (8 hex digits) of every byte before that line.
 */
export type BodyProof = "length" | "end" | "checksum";

/** Reads the version token (`"version":"7"`, `version: 7`, `version=7`) and checks the proof. */
export function readVersion(body: Buffer, proof: BodyProof): BodyReading {
  const text = body.toString("latin1");
  const flaw = PROOFS[proof](body, text);
  if (flaw !== null) return { kind: "broken", detail: flaw };
  const version = VERSION.exec(text);
  return { kind: "whole", version: version?.[1] ?? "" };
}

const PROOFS: Readonly<Record<BodyProof, (body: Buffer, text: string) => string | null>> = {
  length: () => null,
  end: (_, text) => (END.test(text) ? null : `it ends with ${JSON.stringify(text.slice(-20))}`),
  checksum: (body, text) => {
    const signed = CHECKSUM.exec(text);
    if (signed === null) return "no checksum line";
    const found = crc32(body.subarray(0, signed.index)).toString(16).padStart(8, "0");
    return found === signed[1] ? null : `checksum ${signed[1]}, but the body gives ${found}`;
  },
};

const END = /"end":true\}\s*$/;
const CHECKSUM = /^checksum ([0-9a-f]{8})\r?\n?$/m;
const VERSION = /\bversion"?[ \t]*[:= \t][ \t]*"?([\w.+-]+)/i;
