import { httpTarget } from "./address-kinds.js";
import { type Kind, scalarKind } from "./kind.js";

/** What the service is told when a configuration file has new content. */
export type ConfigAction =
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "post"; readonly port: number | null; readonly path: string }
  /** A new generation of the same program takes over. */
  | { readonly kind: "swap" };

/** One file or folder of configuration that the service reads. */
export interface ConfigRule {
  readonly path: string;
  readonly action: ConfigAction;
}

/** Those that a service may take for "read your configuration again". */
const SIGNALS = ["SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT", "SIGALRM"];

export const configRule: Kind<ConfigRule> = scalarKind({
  expects: "a path and what a change of it does",
  placeholder: "<path=action>",
  schema: { type: "string", pattern: "^.+=(SIG[A-Z0-9]+|POST (:[0-9]+)?/\\S*|swap)$" },
  hint: `Write /etc/app/config.json=SIGHUP (or ${SIGNALS.slice(1).join(", ")}), =POST /reload, or =swap.`,
  parse: (text) => {
    const parts = /^(.+)=(?:(SIG[A-Z0-9]+)|POST (\S+)|(swap))$/.exec(text);
    const [, path, signal, target, swap] = parts ?? [];
    if (path === undefined) return null;
    if (swap !== undefined) return { path, action: { kind: "swap" } };
    if (signal !== undefined) {
      return SIGNALS.includes(signal) ? { path, action: { kind: "signal", signal } } : null;
    }
    const read = httpTarget.fromText([target ?? ""], (value) => ({ ok: true, value }));
    return read.ok ? { path, action: { kind: "post", ...read.value } } : null;
  },
  show: ({ path, action }) => `${path}=${showAction(action)}`,
});

export function showAction(action: ConfigAction): string {
  if (action.kind === "signal") return action.signal;
  if (action.kind === "swap") return "swap";
  return `POST ${httpTarget.show(action)}`;
}
