import type { Server } from "node:http";
import { fail, ok, type Result } from "#base/result.js";
import { UserError } from "#base/user-error.js";
import { type SocketHolder, socketHolder } from "#edge/listeners/socket-holder.js";
import { listeningRows } from "#edge/listeners/socket-table.js";
import { loadLibc } from "#edge/native/libc.js";
import { createProbeServer, listenOn, type ProbePages } from "./probe-server.js";

export interface ProbesFailure {
  readonly code: string;
  readonly address: string;
  /** Who has the port, when it can be seen from here. */
  readonly holder: SocketHolder | null;
}

/** Serves the probes, or tells why the address cannot be had. */
export async function openProbes(
  at: { readonly host: string; readonly port: number },
  pages: ProbePages,
): Promise<Result<Server, ProbesFailure>> {
  const server = createProbeServer(pages);
  const listening = await listenOn(server, at);
  if (!("code" in listening)) return ok(server);
  const address = `${at.host.includes(":") ? `[${at.host}]` : at.host}:${at.port}`;
  const row = listeningRows(loadLibc()).find(({ port }) => port === at.port);
  const holder = row === undefined ? null : socketHolder(row.inode, new Set([process.pid]));
  return fail({ code: listening.code, address, holder });
}

/** The failure as a mistake the user can mend. */
export function probesError({ code, address, holder }: ProbesFailure): UserError {
  const by = holder === null ? "" : ` by process ${holder.pid} (${holder.command})`;
  const why =
    code === "EADDRINUSE"
      ? `it is in use${by}`
      : code === "EACCES"
        ? "ports below 1024 need a privilege this user does not have"
        : code === "EADDRNOTAVAIL"
          ? "this machine has no such address"
          : `the kernel says ${code}`;
  return new UserError({
    code: "probes-listen",
    message: `cannot serve the probes on ${address}: ${why}`,
    hint: "Choose another address with --probes-listen, or none for no probes.",
    exitCode: 1,
  });
}
