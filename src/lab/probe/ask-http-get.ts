import { followsRedirect } from "#kubelet/prober/network-outcome.js";
import type { HttpGet } from "#model/kube/pod.js";
import type { HttpSeen } from "#model/kube/probe-seen.js";
import type { LabBench } from "#ports/lab/lab-bench.js";

export interface HttpGetOptions {
  /** The number that the handler's port stands for. */
  readonly port: number;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Real, for all requests together. */
  readonly timeoutMs: number;
  readonly until?: Promise<unknown>;
}

/** Asks as the kubelet does, and goes along with redirects to the same host. */
export async function askHttpGet(
  { network, clock }: Pick<LabBench, "network" | "clock">,
  handler: HttpGet,
  { port, headers, timeoutMs, until }: HttpGetOptions,
): Promise<HttpSeen> {
  const deadline = clock.nowMs() + timeoutMs;
  const path = handler.path.startsWith("/") ? handler.path : `/${handler.path}`;
  const secure = handler.scheme === "HTTPS";
  let asked = { secure, host: handler.host ?? network.host, port, path };
  for (let followed = 0; ; followed += 1) {
    const left = Math.max(1, deadline - clock.nowMs());
    const question = { ...asked, headers, timeoutMs: left };
    const seen = await network.ask(until === undefined ? question : { ...question, until });
    if (seen.kind !== "answered" || seen.status < 300 || seen.status >= 400) return seen;
    const next = REDIRECTS.includes(seen.status) ? placeOf(seen.location, asked) : null;
    const goesOn = followsRedirect(asked.host, next?.host ?? null, followed);
    if (goesOn === "too-many") return { kind: "too-many-redirects", url: urlOf(next ?? asked) };
    if (goesOn === "end" || next === null) return { kind: "redirect-ended", body: seen.body };
    asked = next;
  }
}

type Asked = { secure: boolean; host: string; port: number; path: string };

const urlOf = ({ secure, host, port, path }: Asked): string =>
  `${secure ? "https" : "http"}://${host}:${port}${path}`;

/** Where a redirect leads; null: nowhere that can be asked. */
function placeOf(location: string | null, from: Asked): Asked | null {
  if (location === null || !URL.canParse(location, urlOf(from))) return null;
  const { protocol, hostname, port, pathname, search } = new URL(location, urlOf(from));
  if (protocol !== "http:" && protocol !== "https:") return null;
  const secure = protocol === "https:";
  const usual = secure ? 443 : 80;
  return {
    ...{ secure, host: hostname },
    ...{ port: port === "" ? usual : Number(port), path: pathname + search },
  };
}

/** 300 and 304 lead nowhere. */
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
