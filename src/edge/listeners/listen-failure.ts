import { UserError } from "#base/user-error.js";
import type { ListenAddress } from "#model/listener.js";
import type { SocketHolder } from "./socket-holder.js";

/** Why an address cannot be listened on. */
export type ListenFailure =
  /** `shared`: the holder allows sharing (SO_REUSEPORT), so binding would succeed and lose half of the connections. */
  | {
      readonly kind: "in-use";
      readonly address: ListenAddress;
      readonly holder: SocketHolder | null;
      readonly shared: boolean;
    }
  /** The settings say an address twice, or one that takes the other's connections. */
  | { readonly kind: "overlapping"; readonly address: ListenAddress; readonly other: ListenAddress }
  | { readonly kind: "privileged"; readonly address: ListenAddress }
  | { readonly kind: "address-unavailable"; readonly address: ListenAddress }
  /** A Unix socket's path: too long, folder missing or not writable, or a file that is no socket. */
  | { readonly kind: "path"; readonly address: ListenAddress; readonly reason: string }
  /** The proxy forwards connections only. */
  | { readonly kind: "not-forwarded"; readonly address: ListenAddress }
  | {
      readonly kind: "system";
      readonly address: ListenAddress;
      readonly call: string;
      readonly errno: string;
    };

/** The failure as a mistake the user can mend. */
export function listenError(failure: ListenFailure): UserError {
  const address = showAddress(failure.address);
  switch (failure.kind) {
    case "in-use": {
      const { holder } = failure;
      const by = holder === null ? "" : ` by process ${holder.pid} (${holder.command})`;
      return new UserError({
        code: "listen-in-use",
        message: `cannot listen on ${address}: it is in use${by}`,
        hint:
          holder === null
            ? "Another process, perhaps in another container of this pod, holds it: end it or listen elsewhere."
            : `End process ${holder.pid} or choose another address with --listen.`,
        exitCode: 1,
      });
    }
    case "overlapping":
      return new UserError({
        code: "listen-overlapping",
        message: `cannot listen on ${address}: ${showAddress(failure.other)} takes its connections already`,
        hint: "Both are in the settings: leave one of them out.",
      });
    case "privileged":
      return new UserError({
        code: "listen-privileged",
        message: `cannot listen on ${address}: ports below 1024 need a privilege this user does not have`,
        hint: "Use a port above 1023, or allow it with the sysctl net.ipv4.ip_unprivileged_port_start.",
        exitCode: 1,
      });
    case "address-unavailable":
      return new UserError({
        code: "listen-address-unavailable",
        message: `cannot listen on ${address}: this machine has no such address`,
        hint: "Leave the host out (`:8080`) to listen on every address.",
        exitCode: 1,
      });
    case "not-forwarded":
      return new UserError({
        code: "listen-not-forwarded",
        message: `cannot forward ${address}: handover proxy knows connections, not datagrams`,
        hint: "Use --handover inherit for services with UDP sockets.",
      });
    case "path":
      return new UserError({
        code: "listen-path",
        message: `cannot listen on ${address}: ${failure.reason}`,
        hint: "Choose a path in a writable folder, at most 107 bytes long.",
        exitCode: 1,
      });
    case "system":
      return new UserError({
        code: "listen-failed",
        message: `cannot listen on ${address}: ${failure.call} failed with ${failure.errno}`,
        hint: "The kernel or the container's seccomp profile refuses this call.",
        exitCode: 1,
      });
  }
}

/** As it is written on the command line. */
export function showAddress(address: ListenAddress): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${address.kind === "udp" ? "udp:" : ""}${host}:${address.port}`;
}
