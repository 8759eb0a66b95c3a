import { fail, ok, type Result } from "#base/result.js";

/** Everything that makes a case again: what made it, and what was left out of it since. */
export interface ReplayToken {
  readonly seed: number;
  /** A reload tool by its name in the table, or `hotpod`. */
  readonly subject: string;
  /** What was broken on purpose; null: nothing. */
  readonly defect: string | null;
  /** Which of the simpler cases was taken, step by step. */
  readonly path: readonly number[];
}

export type TokenProblem =
  | { readonly kind: "not-a-token" }
  /** Of another generator: its number would make another case here. */
  | { readonly kind: "other-version"; readonly version: number };

/** Raised when the same number makes another case, or its simpler ones come in another order. */
const VERSION = 1;
const PREFIX = "hps1.";

export function writeToken({ seed, subject, defect, path }: ReplayToken): string {
  const text = [VERSION, seed, subject, defect ?? "", path.join(".")].join(";");
  const base64 = btoa(text).replaceAll("+", "-").replaceAll("/", "_");
  return `${PREFIX}${base64.replace(/=+$/, "")}`;
}

export function readToken(token: string): Result<ReplayToken, TokenProblem> {
  const text = decode(token.trim());
  if (text === null) return fail({ kind: "not-a-token" });
  const parts = text.split(";");
  const [version = "", seed = "", subject = "", defect = "", path = ""] = parts;
  if (parts.length !== 5 || !isCount(version)) return fail({ kind: "not-a-token" });
  if (Number(version) !== VERSION) return fail({ kind: "other-version", version: Number(version) });
  const steps = path === "" ? [] : path.split(".");
  if (!isCount(seed) || !steps.every(isCount)) return fail({ kind: "not-a-token" });
  return ok({
    seed: Number(seed),
    subject,
    defect: defect === "" ? null : defect,
    path: steps.map(Number),
  });
}

const isCount = (text: string): boolean => /^\d{1,15}$/.test(text);

function decode(token: string): string | null {
  if (!token.startsWith(PREFIX) || !/^[\w-]+$/.test(token.slice(PREFIX.length))) return null;
  try {
    return atob(token.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return null;
  }
}
