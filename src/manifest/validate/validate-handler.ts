import { type FieldPath, inside } from "#manifest/fields/field-path.js";
import type {
  HookWithDefaults,
  HttpGetWithDefaults,
  ProbeWithDefaults,
} from "#manifest/kube/defaults.js";
import { items } from "#manifest/kube/defaults.js";
import { type FieldError, forbidden, invalid, notSupported, required } from "./field-error.js";
import { headerNameErrors, portNameErrors, portNumberErrors } from "./names.js";

type Handler = Partial<Pick<ProbeWithDefaults, "grpc">> &
  Pick<ProbeWithDefaults, "exec" | "httpGet" | "tcpSocket"> &
  Partial<Pick<HookWithDefaults, "sleep">>;

export interface Grace {
  readonly seconds: number;
  /** Since Kubernetes 1.33 a sleep of 0 is allowed. */
  readonly zeroSleep: boolean;
}

/** Exactly one way to ask or to act, and that one whole. */
export function validateHandler(handler: Handler, grace: Grace, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  let handlers = 0;
  const one = <T>(
    name: string,
    value: T | null | undefined,
    check: (value: T, at: FieldPath) => FieldError[],
  ): void => {
    if (value === null || value === undefined) return;
    const at = inside(path, name);
    if (handlers > 0) errors.push(forbidden(at, "may not specify more than 1 handler type"));
    else errors.push(...check(value, at));
    handlers = 1;
  };
  one("exec", handler.exec, ({ command }, at) =>
    (command ?? []).length === 0 ? [required(inside(at, "command"))] : [],
  );
  one("httpGet", handler.httpGet, validateHttpGet);
  one("tcpSocket", handler.tcpSocket, ({ port }, at) =>
    validatePort(port ?? 0, inside(at, "port")),
  );
  one("grpc", handler.grpc, ({ port }, at) => validatePort(port ?? 0, inside(at, "port")));
  one("sleep", handler.sleep, ({ seconds }, at) => validateSleep(seconds ?? 0, grace, at));
  if (handlers === 0) errors.push(required(path, "must specify a handler type"));
  return errors;
}

function validateSleep(asked: number, grace: Grace, path: FieldPath): FieldError[] {
  const least = grace.zeroSleep ? 0 : 1;
  if (asked >= least && asked <= grace.seconds) return [];
  const limit = `less than terminationGracePeriodSeconds (${grace.seconds})`;
  const why = grace.zeroSleep
    ? `must be non-negative and ${limit}`
    : `must be greater than 0 and ${limit}. Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.`;
  return [invalid(path, asked, why)];
}

function validateHttpGet(get: HttpGetWithDefaults, path: FieldPath): FieldError[] {
  const errors = validatePort(get.port, inside(path, "port"));
  if (get.scheme !== "HTTP" && get.scheme !== "HTTPS") {
    errors.push(notSupported(inside(path, "scheme"), get.scheme, ["HTTP", "HTTPS"]));
  }
  for (const { name } of items(get.httpHeaders)) {
    for (const text of headerNameErrors(name ?? "")) {
      errors.push(invalid(inside(path, "httpHeaders"), name ?? "", text));
    }
  }
  return errors;
}

/** A named port is judged by its form only: the API server does not look whether the container has it. */
function validatePort(port: number | string, path: FieldPath): FieldError[] {
  const texts = typeof port === "number" ? portNumberErrors(port) : portNameErrors(port);
  return texts.map((text) => invalid(path, port, text));
}
