import type { HandoverReason } from "#model/listener.js";

/** Why `handover: auto` came to what it chose. */
export function handoverWhy(why: HandoverReason): string {
  switch (why.kind) {
    case "took-sockets":
      return "the service takes the sockets it is given";
    case "bound":
      return `the service binds ${why.address} by itself`;
    case "bound-elsewhere":
      return `the service binds ${why.address} by itself and not ${why.instead}, where nobody answers`;
  }
}
