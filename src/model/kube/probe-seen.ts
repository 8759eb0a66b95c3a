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
