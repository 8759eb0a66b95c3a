/** How an exec probe's command went, as it shows to whoever starts it. */
export type ExecSeen =
  | {
      readonly kind: "exited";
      readonly code: number;
      readonly stdout: string;
      readonly stderr: string;
    }
  | { readonly kind: "timed-out"; readonly timeoutSeconds: number }
  /** The look-up before execve found nothing to run. */
  | { readonly kind: "not-found"; readonly why: "absent" | "not-executable" | "directory" }
  /** execve itself refused: the process ended with 255. */
  | { readonly kind: "execve-failed"; readonly why: "ETXTBSY" | "ENOEXEC" | "ENOENT" | "EACCES" }
  /** The container is not running. */
  | { readonly kind: "no-container"; readonly state: string };

/** How an HTTP probe's exchange went. `url`: what was asked. */
export type HttpSeen =
  | { readonly kind: "answered"; readonly status: number; readonly body: string }
  /** A 3xx that leads to another host name, or without a usable Location. */
  | { readonly kind: "redirect-ended"; readonly body: string }
  | { readonly kind: "too-many-redirects"; readonly url: string }
  /** Nothing came back: refused, reset, timed out before the headers. `words` as Go says it. */
  | { readonly kind: "no-answer"; readonly url: string; readonly words: string }
  /** The headers came, the body broke off. */
  | { readonly kind: "body-broken"; readonly words: string }
  | { readonly kind: "malformed"; readonly words: string };

/** How a gRPC health check went. */
export type GrpcSeen =
  /** `SERVING`, `NOT_SERVING`, `UNKNOWN`, `SERVICE_UNKNOWN`, or the number of a status without a name. */
  | { readonly kind: "answered"; readonly status: string }
  /** Nobody there spoke HTTP/2 before the time was over: refused, silent, another protocol. */
  | { readonly kind: "no-connection"; readonly address: string }
  /** The call itself ended with a code of gRPC other than OK: `NotFound`. `words` as Go says it. */
  | { readonly kind: "status"; readonly code: string; readonly words: string }
  /** Connected, and no answer in time. */
  | { readonly kind: "slow" };
