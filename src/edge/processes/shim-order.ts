import type { Told } from "#edge/transparent/calls/call-filter.js";

/** What the exec shim is told to become. Written to its socket as JSON, after one message with the descriptors. */
export interface ShimOrder {
  readonly argv: readonly string[];
  /** Complete: nothing of the shim's own environment reaches the service. `LISTEN_PID` is set by the shim. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** How many descriptors follow, to be 3, 4, … */
  readonly fds: number;
  /**
   * The last descriptor is for the one that tells of these calls of the service (seccomp_unotify(2)), and not for the service.
   * null: nothing is told, and there is none.
   */
  readonly told: Told | null;
  readonly parent: number;
  /** Soft limit of open files; null: as it is. */
  readonly openFiles: number | null;
}

/** What the shim says when the service could not be started. Nothing: it was. */
export interface ShimFailure {
  readonly call: string;
  readonly errno: number;
  /** The file or folder the call was about. */
  readonly path: string;
}

/** Where a service's inherited descriptors begin, as sd_listen_fds(3) has it. */
export const FIRST_DESCRIPTOR = 3;
/** The descriptor of the shim's socket. */
export const SHIM_SOCKET = 3;
/** Written once by a shim that waits for its order. */
export const SHIM_READY = "r";
