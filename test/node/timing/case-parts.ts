/** What timing cases are made of: small programs, probes, and what the probes hear of them. */
import { execOutcome } from "#kubelet/prober/exec-outcome.js";
import type { Outcome } from "#kubelet/prober/outcome.js";
import type { Script } from "#test/kubelet/machine/ideal-node.js";

export interface TimingCase {
  readonly name: string;
  /** What it shows, for a reader of the record. */
  readonly shows: string;
  /** Of the pod, without what every pod here has. */
  readonly spec: {
    readonly restartPolicy?: string;
    readonly terminationGracePeriodSeconds?: number;
    readonly initContainers?: readonly RawContainer[];
    readonly containers: readonly RawContainer[];
  };
  readonly scripts: readonly Script[];
  /** It is recorded so long, from its first container's start. Seconds. */
  readonly forS: number;
  /** Deleted so long after its first container's start. Seconds; null: not at all. */
  readonly deleteAtS: number | null;
}

export type RawContainer = Readonly<Record<string, unknown>> & { readonly name: string };

const IMAGE = "hotpod.local/e2e:1";

export const sh = (name: string, script: string, more: object = {}): RawContainer => ({
  ...{ name, image: IMAGE, imagePullPolicy: "Never", command: ["sh", "-c", script] },
  ...more,
});
/** Ends at SIGTERM, at once, well. */
export const POLITE = "trap 'exit 0' TERM; while :; do sleep 0.1; done";
/** PID 1 without a handler: SIGTERM is discarded. */
export const DEAF = "trap '' TERM; while :; do sleep 0.1; done";
/** A file that a probe looks for comes after so many seconds. */
export const comes = (seconds: number): string =>
  `rm -f /tmp/up; sleep ${seconds} & wait; touch /tmp/up; ${POLITE}`;

export const exec = (...command: string[]) => ({ exec: { command } });
export const probe = (handler: object, fields: object = {}) => ({
  ...handler,
  timeoutSeconds: 2,
  ...fields,
});
export const FILE = exec("cat", "/tmp/up");

export const fails: Outcome = execOutcome(
  ["cat", "/tmp/up"],
  {
    ...{ kind: "exited", code: 1, stdout: "" },
    stderr: "cat: can't open '/tmp/up': No such file or directory\n",
  },
  "containerd",
);
export const good: Outcome = { kind: "success", output: "" };
export const from =
  (seconds: number): NonNullable<Script["probe"]> =>
  (_, age) =>
    age >= seconds ? good : fails;

export const writable = { volumeMounts: [{ name: "tmp", mountPath: "/tmp" }] };
