import type { Settings } from "#config/settings.js";
import { showAddress } from "#edge/listeners/listen-failure.js";
import type { ListenWarning } from "#edge/listeners/listen-warning.js";
import type { OwnListeners } from "#edge/listeners/own-listeners.js";
import type { OwnSocket } from "#edge/processes/describe-listening.js";
import { describeWatchWarning, type WatchWarning } from "#edge/watch/watch-warning.js";
import type { GenerationId } from "#model/generation.js";
import type { Listener } from "#model/listener.js";
import type { LogEntry } from "#report/log-entry.js";

/** Somebody takes connections that are ours, or a swap cannot be steered. */
export function listenWarningEntry(warning: ListenWarning): LogEntry {
  if (warning.kind === "unsteered") {
    const why = warning.why === "unix" ? "a Unix socket" : "this kernel does not steer";
    const message = `${warning.address}: during a swap both generations accept (${why})`;
    return { level: "info", event: "unsteered", message, fields: { ...warning } };
  }
  if (warning.kind === "unwatched") {
    const { generation, code } = warning;
    const message = `generation ${generation} binds for itself: its memory may not be read (${code}); it cannot be handed over`;
    const detail =
      "Make its program readable (mode 0755) and not setuid, or use another hand-over: --handover proxy.";
    return { level: "warn", event: "unwatched", message, detail, fields: { ...warning } };
  }
  if (warning.kind === "abstract") {
    const { generation, name } = warning;
    const message = `generation ${generation} binds ${name}, an abstract Unix socket: it has no file that could be renamed, so it cannot be handed over, and a successor that binds it fails`;
    const detail = `Bind a path instead, or take the socket from hotpod: --listen unix:${name} --handover inherit.`;
    return { level: "warn", event: "abstract", message, detail, fields: { ...warning } };
  }
  if (warning.kind === "unnamed-file") {
    const { generation, path } = warning;
    const message = `generation ${generation} binds ${path}, a Unix socket that nobody has named`;
    const detail = [
      "If it removes the file when it ends, the next one's is put back at once; for that moment, and that once, clients find none.",
      `Name it, and nothing is lost: --listen unix:${path}.`,
    ].join("\n");
    return { level: "info", event: "unnamed-file", message, detail, fields: { ...warning } };
  }
  if (warning.kind === "unexchanged") {
    const message = `a service that binds its own port cannot be handed over here: ${warning.reason}`;
    return { level: "info", event: "unexchanged", message, fields: { ...warning } };
  }
  const { holder, address, listensOn } = warning;
  const who = holder === null ? "another process" : `process ${holder.pid} (${holder.command})`;
  const message = `${who} listens on ${listensOn} too and takes connections meant for ${address}: end it`;
  return { level: "warn", event: "stranger", message, fields: { ...warning } };
}

/** A weight that cannot be kept to, at every address or at some; null: it can, or none is set. */
export function canaryEntry(
  { policy }: Pick<Settings, "policy">,
  { weighs, undivided }: Pick<OwnListeners, "weighs" | "undivided">,
): LogEntry | null {
  const { percent } = policy.canary;
  if (percent === 0 || percent === 100) return null;
  const say = (message: string): LogEntry => {
    const fields = { percent, handover: policy.handover, undivided };
    return { level: "warn", event: "canary-undivided", message, fields };
  };
  if (policy.handover === "restart") {
    return say("canary is ignored: with handover restart only one generation runs at a time");
  }
  if (!weighs) {
    const where = undivided.length === 0 ? "there is no listener" : undivided.join(", ");
    return say(`canary is ignored: new connections cannot be divided here (${where})`);
  }
  if (undivided.length === 0) return null;
  return say(
    `canary: new connections to ${undivided.join(", ")} are not divided; the weight counts elsewhere`,
  );
}

export function watchWarningEntry(warning: WatchWarning): LogEntry {
  const message = describeWatchWarning(warning);
  return { level: "warn", event: warning.kind, message, fields: { ...warning } };
}

/** A service that opened sockets of its own instead of taking the ones it was given: named, with the ways out. */
export function ownSocketEntry(
  generation: GenerationId,
  socket: OwnSocket,
  { listen, handover }: Pick<Settings, "listen" | "handover">,
): LogEntry {
  const given = listen.map(showListenerAddress).join(", ");
  if (handover === "proxy") {
    return {
      level: "warn",
      event: "port-ignored",
      message: `generation ${generation} (pid ${socket.pid}) listens on ${socket.address} and not on the port in PORT`,
      detail: [
        "hotpod forwards to a port of its own choice for each generation. Ways out:",
        "read the variable PORT in the service, or put {port} where its command line takes the port.",
      ].join("\n"),
      fields: { generation, ...socket },
    };
  }
  return {
    level: "warn",
    event: "socket-ignored",
    message: `generation ${generation} (pid ${socket.pid}) listens on ${socket.address} by itself and ignores the socket for ${given}`,
    detail: [
      "Clients of hotpod's address are not answered. Ways out:",
      "take the socket: the Go SDK's Listen, listen({fd: 3}) in Node, or any systemd socket activation (LISTEN_FDS);",
      "--handover transparent, which needs nothing of it but Linux 5.14;",
      "--handover proxy, where it listens on the port in PORT or {port}: hotpod then forwards to it;",
      "or, for a worker without clients, --listen none.",
    ].join("\n"),
    fields: { generation, ...socket },
  };
}

const showListenerAddress = ({ address }: Listener): string => showAddress(address);
