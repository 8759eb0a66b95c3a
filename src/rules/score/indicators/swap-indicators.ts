import { stopMargin } from "#rules/score/groups/pod-groups.js";
import { allOf, share } from "#rules/score/groups/point-group.js";
import {
  readinessGate,
  rollbackRehearsed,
  swapByGap,
  swapByTool,
  swapsLose,
} from "#rules/score/groups/swap-groups.js";
import type { Indicator } from "./indicator.js";

/** Of starting, swapping and stopping. */
export const SWAP_INDICATORS: readonly Indicator[] = [
  {
    id: "M08",
    name: "Signals and PID 1",
    weight: 7,
    groups: [
      allOf(40, "HP401", "HP402", "HP403", "HP411"),
      share(35, "HP404", "HP405", "HP409"),
      share(25, "HP410", "HP1008"),
    ],
    step: "hotpod, or a program behind exec, as process 1; a handler for SIGTERM",
  },
  {
    id: "M09",
    name: "Stop arithmetic",
    weight: 5,
    groups: [
      {
        points: 60,
        key: "stop",
        name: "margin of the stop",
        formula:
          "60·ramp((grace − preStop)/stopTime; 1, 1.5); 0 if hotpod is told another grace (HP1301)",
        step: "terminationGracePeriodSeconds of 1.5 times the stop, beside the preStop hook",
        of: stopMargin,
      },
      share(40, "HP407", "HP408"),
    ],
    step: "a grace period above the stop, and a preStop sleep of some seconds",
  },
  {
    id: "M10",
    name: "Swap mechanism",
    weight: 8,
    groups: [
      {
        points: 50,
        key: "tool",
        name: "the way of swapping",
        formula: "v/2; by tool: overlap 100, queue 90, build first 40, stop first 15",
        step: "let the new program start before the old one stops; else hold the socket; else build before the stop",
        of: swapByTool,
      },
      {
        points: 50,
        key: "gap",
        name: "the measured gap",
        formula:
          "v/2; v on straight lines through (0 s, 100), (0.1, 85), (1, 60), (5, 35), (30, 10), (60, 0)",
        step: "let the new program start before the old one stops; else hold the socket; else build before the stop",
        of: swapByGap,
      },
    ],
    step: "overlap; else hold the socket; else build before the stop",
  },
  {
    id: "M11",
    name: "Behaviour on failure",
    weight: 7,
    groups: [
      share(35, "HP1004"),
      share(25, "HP1001"),
      {
        points: 25,
        key: "gate",
        name: "a gate before the switch",
        formula: "25 if the switch waits until the new program is ready",
        step: "ready.http, or READY=1 from the service",
        of: readinessGate,
      },
      {
        points: 15,
        key: "rollback",
        name: "a rehearsed roll-back",
        formula: "15 if rollbackOk > 0 in the timings",
        step: "roll back once on purpose",
        of: rollbackRehearsed,
      },
    ],
    step: "a file for each generation, a ready check, one rehearsed roll-back",
  },
  {
    id: "M12",
    name: "Traffic hand-over",
    weight: 5,
    groups: [
      allOf(40, "HP204", "HP205", "HP805"),
      share(40, "HP801", "HP803", "HP804"),
      {
        points: 20,
        key: "lost",
        name: "requests lost per swap",
        formula: "20·(1 − ramp(rate; 0, 0.1 %))",
        step: "hand the listening sockets over",
        of: swapsLose,
      },
    ],
    step: "sockets that are handed over, and a drain",
  },
  {
    id: "M13",
    name: "Init, sidecars, hooks",
    weight: 4,
    groups: [
      share(30, "HP302", "HP304"),
      share(25, "HP303"),
      share(25, "HP301"),
      share(20, "HP305", "HP306"),
    ],
    step: "bound the waits; let init copy only what is absent",
  },
];
