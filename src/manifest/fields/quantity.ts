/**
 * Kubernetes' quantities: `500m`, `1.5Gi`, `128974848`, `1e3`. Source: k8s.io/apimachinery, pkg/api/resource.
 */
const QUANTITY = /^([+-]?)(\d+\.?\d*|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;

export function isQuantity(text: string): boolean {
  return QUANTITY.test(text.trim());
}

/** In thousandths, rounded up as Kubernetes does: cpu `1500m` is 1500. null: no quantity. */
export function milliValue(quantity: string | number): number | null {
  const parts = partsOf(quantity);
  return parts === null ? null : roundUp(parts.number * parts.factor * 1000);
}

/** In units, rounded up: memory `1Ki` is 1024. null: no quantity. */
export function unitValue(quantity: string | number): number | null {
  const parts = partsOf(quantity);
  return parts === null ? null : roundUp(parts.number * parts.factor);
}

function partsOf(quantity: string | number): { number: number; factor: number } | null {
  const match = QUANTITY.exec(String(quantity).trim());
  if (match === null) return null;
  const [, sign, digits, suffix = ""] = match;
  const number = Number(digits) * (sign === "-" ? -1 : 1);
  const exponent = /^[eE][+-]?\d+$/.test(suffix);
  return { number, factor: exponent ? 10 ** Number(suffix.slice(1)) : (FACTOR[suffix] ?? 1) };
}

const FACTOR: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** Away from zero, but not because of a rounding error of the multiplication. */
function roundUp(value: number): number {
  const near = Math.round(value);
  if (Math.abs(value - near) < 1e-6 * Math.max(1, Math.abs(value))) return near + 0;
  return value < 0 ? Math.floor(value) : Math.ceil(value);
}

/** As Kubernetes writes it back: `1.5Gi` is `1536Mi`, `0.1` is `100m`. */
export function canonicalQuantity(quantity: string | number): string {
  const parts = partsOf(quantity);
  if (parts === null) return String(quantity);
  const suffix = /[A-Za-z].*$/.exec(String(quantity).trim())?.[0] ?? "";
  const value = parts.number * parts.factor;
  if (suffix.endsWith("i"))
    return scaled(roundUp(value), 1024, ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]);
  const nano = roundUp(value * 1e9);
  const steps = /^[eE]./.test(suffix)
    ? ["e-9", "e-6", "e-3", "", "e3", "e6", "e9", "e12", "e15", "e18"]
    : ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
  return scaled(nano, 1000, steps);
}

function scaled(value: number, base: number, suffixes: readonly string[]): string {
  if (value === 0) return "0";
  let size = value;
  let step = 0;
  while (size % base === 0 && step < suffixes.length - 1) {
    size /= base;
    step++;
  }
  return `${size}${suffixes[step]}`;
}
