import { readProc } from "#edge/native/read-proc.js";

/** The TCP ports that somebody listens on at exactly this IPv4 address. */
export function listenersOn(host: string): readonly number[] {
  const bytes = host.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
  const address = bytes.reverse().join("").toUpperCase();
  return (readProc("/proc/net/tcp") ?? "").split("\n").flatMap((row) => {
    const [, local = "", , state] = row.trim().split(/\s+/);
    if (state !== LISTEN || !local.startsWith(`${address}:`)) return [];
    return [Number.parseInt(local.slice(address.length + 1), 16)];
  });
}

const LISTEN = "0A";
