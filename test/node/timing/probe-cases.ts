import { execOutcome } from "#kubelet/prober/exec-outcome.js";
import { httpOutcome, resolvePort, tcpOutcome } from "#kubelet/prober/network-outcome.js";
import {
  comes,
  DEAF,
  exec,
  FILE,
  fails,
  from,
  POLITE,
  probe,
  sh,
  type TimingCase,
  writable,
} from "./case-parts.js";

/** What probes do to a container. */
export const probeCases: readonly TimingCase[] = [
  {
    name: "liveness-kills-polite",
    shows:
      "a liveness probe that always fails kills after its last failure, and the container comes back at once",
    spec: {
      terminationGracePeriodSeconds: 20,
      containers: [
        sh("c", POLITE, {
          livenessProbe: probe(FILE, {
            periodSeconds: 4,
            failureThreshold: 2,
            initialDelaySeconds: 3,
          }),
          ...writable,
        }),
      ],
    },
    scripts: [{ probe: () => fails }],
    ...{ forS: 34, deleteAtS: null },
  },
  {
    name: "liveness-kills-deaf",
    shows: "PID 1 that ignores SIGTERM is killed when the grace is over, with 137",
    spec: {
      terminationGracePeriodSeconds: 6,
      containers: [
        sh("c", DEAF, {
          livenessProbe: probe(FILE, { periodSeconds: 5, failureThreshold: 1 }),
          ...writable,
        }),
      ],
    },
    scripts: [{ probe: () => fails, onTerm: "ignores" }],
    ...{ forS: 30, deleteAtS: null },
  },
  {
    name: "probe-own-grace",
    shows: "a probe's own grace period takes the place of the pod's",
    spec: {
      terminationGracePeriodSeconds: 60,
      containers: [
        sh("c", DEAF, {
          livenessProbe: probe(FILE, {
            periodSeconds: 5,
            failureThreshold: 1,
            terminationGracePeriodSeconds: 3,
          }),
          ...writable,
        }),
      ],
    },
    scripts: [{ probe: () => fails, onTerm: "ignores" }],
    ...{ forS: 24, deleteAtS: null },
  },
  {
    name: "startup-then-ready",
    shows: "readiness is asked the moment the startup probe has succeeded, not a period later",
    spec: {
      containers: [
        sh("c", comes(7), {
          startupProbe: probe(FILE, { periodSeconds: 2, failureThreshold: 30 }),
          readinessProbe: probe(FILE, { periodSeconds: 20 }),
          ...writable,
        }),
      ],
    },
    scripts: [{ probe: from(7) }],
    ...{ forS: 20, deleteAtS: null },
  },
  {
    name: "startup-kills",
    shows: "a startup probe that fails for too long kills, by its own words",
    spec: {
      containers: [
        sh("c", POLITE, {
          startupProbe: probe(FILE, { periodSeconds: 3, failureThreshold: 3 }),
          ...writable,
        }),
      ],
    },
    scripts: [{ probe: () => fails }],
    ...{ forS: 26, deleteAtS: null },
  },
  {
    name: "readiness-delay",
    shows: "readiness waits for its delay, counted from the second the container started in",
    spec: {
      containers: [
        sh("c", comes(0), {
          readinessProbe: probe(FILE, { periodSeconds: 3, initialDelaySeconds: 8 }),
          ...writable,
        }),
      ],
    },
    scripts: [{ probe: from(0) }],
    ...{ forS: 20, deleteAtS: null },
  },
  {
    name: "readiness-successes",
    shows: "ready after as many good answers in a row as asked for",
    spec: {
      containers: [
        sh("c", comes(4), {
          readinessProbe: probe(FILE, { periodSeconds: 2, successThreshold: 3 }),
          ...writable,
        }),
      ],
    },
    scripts: [{ probe: from(4) }],
    ...{ forS: 22, deleteAtS: null },
  },
  {
    name: "command-missing",
    shows: "a probe command that is not there is an error, which counts for nothing",
    spec: {
      containers: [
        sh("c", POLITE, {
          livenessProbe: probe(exec("nosuch"), { periodSeconds: 3, failureThreshold: 1 }),
        }),
      ],
    },
    scripts: [
      { probe: () => execOutcome(["nosuch"], { kind: "not-found", why: "absent" }, "containerd") },
    ],
    ...{ forS: 24, deleteAtS: null },
  },
  {
    name: "command-missing-in-shell",
    shows: "a command that a shell does not find is a failure like any other",
    spec: {
      containers: [
        sh("c", POLITE, {
          livenessProbe: probe(exec("sh", "-c", "nosuch"), {
            periodSeconds: 4,
            failureThreshold: 2,
          }),
        }),
      ],
    },
    scripts: [
      {
        probe: () =>
          execOutcome(
            ["sh", "-c", "nosuch"],
            { kind: "exited", code: 127, stdout: "", stderr: "sh: nosuch: not found\n" },
            "containerd",
          ),
      },
    ],
    ...{ forS: 24, deleteAtS: null },
  },
  {
    name: "http-closed-port",
    shows: "a port that nobody listens on is refused: a failure, in the words of Go's client",
    spec: {
      containers: [
        sh("c", POLITE, {
          livenessProbe: probe(
            { httpGet: { path: "/healthz", port: 8080 } },
            { periodSeconds: 4, failureThreshold: 2 },
          ),
        }),
      ],
    },
    scripts: [
      {
        probe: () =>
          httpOutcome({
            ...{ kind: "no-answer", url: "http://10.0.0.1:8080/healthz" },
            words: "dial tcp 10.0.0.1:8080: connect: connection refused",
          }),
      },
    ],
    ...{ forS: 24, deleteAtS: null },
  },
  {
    name: "tcp-closed-port",
    shows: "the same of a TCP probe, on a named port: the text has its number",
    spec: {
      containers: [
        sh("c", POLITE, {
          ports: [{ name: "web", containerPort: 8081 }],
          readinessProbe: probe({ tcpSocket: { port: "web" } }, { periodSeconds: 3 }),
        }),
      ],
    },
    scripts: [
      {
        probe: () =>
          tcpOutcome({
            connected: false,
            words: "dial tcp 10.0.0.1:8081: connect: connection refused",
          }),
      },
    ],
    ...{ forS: 20, deleteAtS: null },
  },
  {
    name: "port-without-a-name",
    shows:
      "a probe of a port that no container port is named for is an error: never ready, never killed",
    spec: {
      containers: [
        sh("c", POLITE, {
          readinessProbe: probe({ tcpSocket: { port: "nope" } }, { periodSeconds: 4 }),
        }),
      ],
    },
    scripts: [
      {
        probe: () => {
          const port = resolvePort("nope", []);
          return { kind: "error", state: "unknown", error: port.ok ? "" : port.error };
        },
      },
    ],
    ...{ forS: 20, deleteAtS: null },
  },
];
