import { share } from "#rules/score/groups/point-group.js";
import {
  hasLiveness,
  hasReadiness,
  orderMargin,
  startIsCovered,
  startMargin,
  swapMargin,
} from "#rules/score/groups/probe-groups.js";
import type { Indicator } from "./indicator.js";

/** Of probes. */
export const PROBE_INDICATORS: readonly Indicator[] = [
  {
    id: "M05",
    name: "Health probes",
    weight: 7,
    groups: [
      {
        points: 35,
        key: "readiness",
        name: "a readinessProbe",
        formula: "35 if there is one; nothing without a Service",
        step: "a readinessProbe on an endpoint that exists",
        of: hasReadiness,
      },
      {
        points: 25,
        key: "liveness",
        name: "a livenessProbe",
        formula: "25 if there is one",
        step: "a livenessProbe on an endpoint that exists",
        of: hasLiveness,
      },
      {
        points: 20,
        key: "covered",
        name: "the start is covered",
        formula: "20 if there is a startupProbe, or coldStart ≤ K⁻ of liveness",
        step: "a startupProbe from the measured start",
        of: startIsCovered,
      },
      share(20, "HP102", "HP103", "HP803"),
    ],
    step: "add the missing probe on an endpoint that exists",
  },
  {
    id: "M06",
    name: "Probe timing margin",
    weight: 7,
    groups: [
      {
        points: 40,
        key: "start",
        name: "margin of the start",
        formula: "40·ramp(K⁻/coldStart; 0.8, 1.5)",
        step: "a startupProbe that bears 1.5 times the measured start",
        of: startMargin,
      },
      {
        points: 40,
        key: "swap",
        name: "margin of the swap",
        formula: "40·ramp((Fl−1)·Pl/E; 1, 2), all of it if E = 0",
        step: "failureThreshold of liveness so that (threshold − 1) · period is twice the gap",
        of: swapMargin,
      },
      {
        points: 20,
        key: "order",
        name: "readiness before liveness",
        formula: "20·ramp((Fl−1)·Pl/U; 0.5, 1)",
        step: "let readiness withdraw the pod before liveness kills: fewer or shorter periods there",
        of: orderMargin,
      },
    ],
    step: "a startupProbe from the measured start; failureThreshold of liveness above the gap",
  },
  {
    id: "M07",
    name: "Probes independent of files and swaps",
    weight: 5,
    groups: [share(60, "HP101"), share(25, "HP105"), share(15, "HP108")],
    step: "httpGet instead of exec, and a path of its own for liveness",
  },
];
