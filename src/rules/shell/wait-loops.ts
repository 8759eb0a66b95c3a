import { commandsOf } from "./shell-text.js";

/** A loop that waits for somebody on the network. */
export interface WaitLoop {
  /** Hosts that are asked, as they are written. */
  readonly hosts: readonly string[];
  readonly bounded: boolean;
}

const ASKS =
  /(^|\/)(nc|ncat|wget|curl|pg_isready|nslookup|getent|redis-cli|mysqladmin|dig|ping|telnet|grpc_health_probe)$/;
const TEXT_MAX = 16 * 1024;
const NO_HOST = /^(-|\d+$|hosts$|ping$|http_code)/;

/** The unbounded and bounded wait loops of a script. `timeout` around it, a counter with an exit, or `for` bound it. */
export function waitLoopsOf(whole: string): readonly WaitLoop[] {
  const script = whole.slice(0, TEXT_MAX);
  const inside = commandsOf(script).filter(({ loop }) => loop === "until" || loop === "while");
  const asking = inside.filter(({ words }) => ASKS.test(words[0] ?? "") || isDevTcp(words));
  if (asking.length === 0) return [];
  const counted = inside.some(({ words }) => ["exit", "break", "return"].includes(words[0] ?? ""));
  const bounded =
    counted || /\btimeout\s+(-\S+\s+)*\d/.test(script.split(/\b(until|while)\b/)[0] ?? "");
  return [{ hosts: asking.flatMap(({ words }) => hostsOf(words)), bounded }];
}

const isDevTcp = (words: readonly string[]): boolean =>
  words.some((word) => word.includes("/dev/tcp/"));

function hostsOf(words: readonly string[]): string[] {
  return words.slice(1).flatMap((word, index) => {
    const before = words[index] ?? "";
    const url = /^[a-z]+:\/\/(?:[^@/]*@)?([^/:]+)/.exec(word)?.[1];
    if (url !== undefined) return [url];
    if (/^-(w|t|c|i|o|U|d|p|m)$/.test(before) || NO_HOST.test(word)) return [];
    const [host = ""] = word.split(":");
    return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(host) ? [host] : [];
  });
}
