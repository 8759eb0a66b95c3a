import { ok } from "#base/result.js";
import type { HttpTarget } from "#config/settings.js";
import type { ListenAddress, Listener } from "#model/listener.js";
import { describe, type Expand, type Kind, misfit, type Read, scalarKind } from "./kind.js";

const LISTEN_HINT =
  "Write :8080, 127.0.0.1:8080, admin=:9000, udp://:53, unix:/run/app.sock, or none for a worker.";

/** What `listen` takes: one or several specifications, or `none`. */
export const listeners: Kind<readonly Listener[]> = {
  expects: "an address to listen on",
  placeholder: "<[name=]address>",
  repeatable: true,
  schema: {
    anyOf: [{ type: "string" }, { type: "array", items: { type: "string" }, minItems: 1 }],
  },
  show: (list) => (list.length === 0 ? "none" : list.map(showListener).join(", ")),
  fromText: (texts, expand) => readListeners(texts, expand),
  fromYaml: (value, expand) => readListeners(Array.isArray(value) ? value : [value], expand),
};

function readListeners(specs: readonly unknown[], expand: Expand): Read<readonly Listener[]> {
  const list: Listener[] = [];
  for (const [item, spec] of specs.entries()) {
    if (typeof spec === "number") {
      const what = `${spec} is not an address`;
      return { ok: false, error: { what, hint: `Write ":${spec}".`, item } };
    }
    if (typeof spec !== "string") return misfit(`${describe(spec)} is not an address`, LISTEN_HINT);
    const text = expand(spec.trim());
    if (!text.ok) return text;
    if (text.value === "none") {
      return specs.length === 1
        ? ok([])
        : misfit("none stands beside other addresses", "Write none alone, or leave it out.");
    }
    const one = readListener(text.value);
    if (!one.ok) return { ok: false, error: { ...one.error, item } };
    const twin = list.find((other) => other.name === one.value.name);
    if (twin !== undefined) {
      const what = `two listeners are named "${twin.name}"`;
      return { ok: false, error: { what, hint: "Name them: http=:8080, admin=:9000.", item } };
    }
    list.push(one.value);
  }
  return ok(list);
}

/** One specification. An unnamed listener is named after its port or file. */
export function readListener(spec: string): Read<Listener> {
  const named = /^([A-Za-z0-9_.-]+)=(.*)$/.exec(spec);
  const rest = named?.[2] ?? spec;
  const address = readAddress(rest);
  if (!address.ok) return address;
  return ok({ name: named?.[1] ?? defaultName(address.value), address: address.value });
}

function readAddress(spec: string): Read<ListenAddress> {
  const wrong = (what: string): Read<never> =>
    misfit(`${JSON.stringify(spec)} ${what}`, LISTEN_HINT);
  if (spec.startsWith("unix:")) {
    const path = spec.slice("unix:".length).replace(/^\/\//, "");
    if (!/^[/@]/.test(path)) return wrong("has no absolute path after unix:");
    const bytes = new TextEncoder().encode(path).length;
    if (bytes > 107) return wrong(`is ${bytes} bytes long; the kernel takes 107`);
    return ok({ kind: "unix", path });
  }
  const scheme = /^(tcp|udp):\/\/(.*)$/.exec(spec);
  const host = splitHostPort(scheme?.[2] ?? spec);
  if (host === null) return wrong("is not an address to listen on");
  if (host.port < 1 || host.port > 65_535) return wrong("has no port between 1 and 65535");
  return ok({ kind: scheme?.[1] === "udp" ? "udp" : "tcp", ...host });
}

/** `:8080`, `127.0.0.1:8080`, `[::1]:8080`. `*` and an empty host mean every address. */
function splitHostPort(text: string): { host: string; port: number } | null {
  const parts = /^(?:\[([0-9A-Fa-f:.%a-z]+)\]|([^:[\]/\s]*)):(\d{1,6})$/.exec(text);
  if (parts === null) return null;
  const host = parts[1] ?? parts[2] ?? "";
  return { host: host === "*" ? "" : host, port: Number(parts[3]) };
}

function defaultName(address: ListenAddress): string {
  if (address.kind === "unix") return (address.path.split("/").at(-1) ?? "").replaceAll(":", "-");
  return address.kind === "udp" ? `udp-${address.port}` : String(address.port);
}

/** The specification that reads back as this listener. */
export function showListener(listener: Listener): string {
  const { name, address } = listener;
  const prefix = name === defaultName(address) ? "" : `${name}=`;
  if (address.kind === "unix") return `${prefix}unix:${address.path}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${prefix}${address.kind === "udp" ? "udp://" : ""}${host}:${address.port}`;
}

/** Where hotpod itself listens: `:9247`, or `none`. Port 0 asks the kernel for a free one. */
export const ownAddress: Kind<{ host: string; port: number } | "none"> = scalarKind({
  expects: "an address",
  placeholder: "<address>",
  schema: { type: "string" },
  hint: "Write :9247, 127.0.0.1:9247, or none.",
  parse: (text) => {
    if (text === "none") return "none";
    const address = splitHostPort(text);
    return address !== null && address.port <= 65_535 ? address : null;
  },
  show: (value) =>
    value === "none"
      ? "none"
      : `${value.host.includes(":") ? `[${value.host}]` : value.host}:${value.port}`,
});

/** A path asked of the service: `/healthz`, or `:9000/healthz` on another of its ports. */
export const httpTarget: Kind<HttpTarget> = scalarKind({
  expects: "a path to ask",
  placeholder: "<[:port]/path>",
  schema: { type: "string", pattern: "^(:[0-9]+)?/" },
  hint: "Write /healthz, or :9000/healthz for another port of the service.",
  parse: (text) => {
    const parts = /^(?::(\d{1,5}))?(\/\S*)$/.exec(text);
    if (parts?.[2] === undefined || Number(parts[1] ?? 1) < 1) return null;
    return { port: parts[1] === undefined ? null : Number(parts[1]), path: parts[2] };
  },
  show: (target) => `${target.port === null ? "" : `:${target.port}`}${target.path}`,
});
