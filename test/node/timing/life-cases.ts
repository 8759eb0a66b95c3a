import {
  comes,
  DEAF,
  FILE,
  fails,
  from,
  POLITE,
  probe,
  sh,
  type TimingCase,
  writable,
} from "./case-parts.js";

/** Starts, ends, restarts and deletions. */
export const lifeCases: readonly TimingCase[] = [
  {
    name: "crash-loop",
    shows: "what ends after two seconds starts again at once, then after 10 and 20 s",
    spec: { containers: [sh("c", "sleep 2; exit 3")] },
    scripts: [{ exits: () => ({ after: 2, code: 3 }) }],
    ...{ forS: 44, deleteAtS: null },
  },
  {
    name: "never-restarts",
    shows:
      "in a pod that never restarts, a probe's kill is the pod's end, and its message is another",
    spec: {
      restartPolicy: "Never",
      containers: [
        sh("c", POLITE, {
          livenessProbe: probe(FILE, { periodSeconds: 4, failureThreshold: 2 }),
          ...writable,
        }),
      ],
    },
    scripts: [{ probe: () => fails }],
    ...{ forS: 22, deleteAtS: null },
  },
  {
    name: "on-failure-completes",
    shows: "OnFailure: a failure is started again, a success is the end",
    spec: {
      restartPolicy: "OnFailure",
      containers: [
        sh(
          "c",
          "if [ -e /tmp/once ]; then sleep 2; exit 0; fi; touch /tmp/once; sleep 2; exit 1",
          writable,
        ),
      ],
    },
    scripts: [{ exits: (instance) => ({ after: 2, code: instance === 0 ? 1 : 0 }) }],
    ...{ forS: 18, deleteAtS: null },
  },
  {
    name: "init-in-order",
    shows: "init containers run one after the other, each noticed up to a second later",
    spec: {
      initContainers: [sh("first", "sleep 3"), sh("second", "sleep 2")],
      containers: [sh("c", POLITE)],
    },
    scripts: [
      { exits: () => ({ after: 3, code: 0 }) },
      { exits: () => ({ after: 2, code: 0 }) },
      {},
    ],
    ...{ forS: 16, deleteAtS: null },
  },
  {
    name: "sidecar-first",
    shows: "the main container waits for a sidecar's startup probe",
    spec: {
      initContainers: [
        sh("side", comes(4), {
          restartPolicy: "Always",
          startupProbe: probe(FILE, { periodSeconds: 1, failureThreshold: 30 }),
          ...writable,
        }),
      ],
      containers: [sh("c", POLITE)],
    },
    scripts: [{ probe: from(4) }, {}],
    ...{ forS: 16, deleteAtS: null },
  },
  {
    name: "delete-with-hook",
    shows: "preStop first, then SIGTERM; the hook's time is the grace's",
    spec: {
      terminationGracePeriodSeconds: 12,
      containers: [sh("c", DEAF, { lifecycle: { preStop: { sleep: { seconds: 4 } } } })],
    },
    scripts: [{ onTerm: "ignores" }],
    ...{ forS: 26, deleteAtS: 6 },
  },
  {
    name: "delete-polite",
    shows: "a program that ends at SIGTERM is gone long before the grace is over",
    spec: { terminationGracePeriodSeconds: 30, containers: [sh("c", POLITE)] },
    scripts: [{}],
    ...{ forS: 16, deleteAtS: 6 },
  },
];
