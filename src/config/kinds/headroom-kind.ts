import type { MemoryHeadroom } from "#config/policy.js";
import { type Kind, scalarKind } from "./kind.js";

const UNIT_BYTES: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/** Bytes of a size in Kubernetes' notation (`16Mi`, `500M`, `1.5Gi`); null for anything else. */
export function parseSize(text: string): number | null {
  const parts = /^(\d+(?:\.\d+)?)(k|M|G|Ki|Mi|Gi)?$/.exec(text);
  if (parts === null) return null;
  return Math.round(Number(parts[1]) * (UNIT_BYTES[parts[2] ?? ""] ?? Number.NaN));
}

/** The shortest notation in binary units that keeps the value. */
export function formatSize(bytes: number): string {
  for (const unit of ["Gi", "Mi", "Ki"]) {
    const factor = UNIT_BYTES[unit] ?? 1;
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return bytes < 2 ** 20 ? String(bytes) : `${(bytes / 2 ** 20).toFixed(1)}Mi`;
}

/** `10%`, `16Mi`, or both: the larger counts. What is not said is zero. */
export const headroom: Kind<MemoryHeadroom> = scalarKind({
  expects: "a share of the memory limit or a size",
  placeholder: "<10%,16Mi>",
  schema: { type: ["string", "integer"] },
  hint: "Write 10%, 16Mi, or both: 10%,16Mi.",
  parse: (text) => {
    let percentOfLimit: number | null = null;
    let minBytes: number | null = null;
    for (const part of text.split(",").map((piece) => piece.trim())) {
      const percent = /^(\d+(?:\.\d+)?)%$/.exec(part);
      if (percent !== null && percentOfLimit === null) percentOfLimit = Number(percent[1]);
      else if (percent === null && minBytes === null) minBytes = parseSize(part);
      else return null;
      if (percent === null && minBytes === null) return null;
    }
    if ((percentOfLimit ?? 0) > 100) return null;
    return { percentOfLimit: percentOfLimit ?? 0, minBytes: minBytes ?? 0 };
  },
  show: ({ percentOfLimit, minBytes }) =>
    percentOfLimit > 0
      ? `${percentOfLimit}%${minBytes > 0 ? `,${formatSize(minBytes)}` : ""}`
      : formatSize(minBytes),
});
