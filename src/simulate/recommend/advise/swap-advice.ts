import type { KnownFacts } from "#simulate/recommend/known-facts.js";
import { secondsText } from "#simulate/recommend/measured.js";
import { type Advice, noAdvice } from "./advice.js";

/** What a reload tool loses with each reload no probe and no grace period gives back. */
export function swapAdvice({ swap, input }: KnownFacts): Advice {
  if (swap.kind === "unknown" || swap.window.us === 0) return noAdvice;
  const { us, outage, text } = swap.window;
  const tool = input.reload?.kind === "tool" ? input.reload.tool.name : "hotpod (handover restart)";
  const meets = outage === "refused" ? "new connections are refused" : "new connections wait";
  const why = `${tool} takes the service down with each: ${meets} for up to ${secondsText(us)} (${text})`;
  return { ...noAdvice, impossible: [{ demand: "reloads nobody notices", why, rule: "F2" }] };
}
