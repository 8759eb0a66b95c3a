/** The end of a pod with sidecars: regular containers first, then sidecars from the last to the first. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container } from "#model/kube/pod.js";
import { idealNode, type Script } from "#test/kubelet/machine/ideal-node.js";
import { container, pod } from "#test/kubelet/machine/pods.js";

const END = 100;
const takes = (after: number): Script => ({ onTerm: { after, code: 0 } });

/** Seconds from the deletion to each container's stop signal, and to its end: sidecars in order, then the main one. */
function ending(
  sidecars: readonly Script[],
  main: Script,
  graceSeconds: number,
  lifecycle = container().lifecycle,
) {
  const init = sidecars.map(
    (_, n): Container => container({ name: `sc${n + 1}`, restartPolicy: "Always", lifecycle }),
  );
  const scripts = [...sidecars, main];
  const { times, lines } = idealNode(pod({ initContainers: init }), scripts, {
    until: 200,
    acts: [[END, (machine) => machine.deleted(graceSeconds)]],
  });
  const first = (what: string, place: number) => (times(what, place)[0] ?? Number.NaN) - END;
  const codes = scripts.map(
    (_, place) => lines.find((one) => one.what === "exited" && one.place === place)?.text,
  );
  return {
    told: scripts.map((_, place) => first("SIGTERM", place)),
    gone: scripts.map((_, place) => first("exited", place)),
    codes,
    phase: lines.find(({ what }) => what === "Succeeded" || what === "Failed")?.what,
  };
}

test("E6: a sidecar is told once the main container has ended", () => {
  assert.deepEqual(ending([takes(0)], takes(1), 30).told, [1, 0]);
});

test("E7: sidecars end in reverse order", () => {
  const { told } = ending([takes(1.25), takes(1.25), takes(1.25)], takes(1.25), 30);
  assert.deepEqual(told, [3.75, 2.5, 1.25, 0]);
});

test("E8: when the grace is over those that still wait are told together", () => {
  const { told } = ending([takes(1), takes(1), takes(1)], takes(1), 2);
  assert.deepEqual(told, [2, 2, 1, 0]);
});

test("E9: hooks of sidecars begin at once, together, and all are ended with the grace", () => {
  const preStop = { kind: "sleep", seconds: 10_000 } as const;
  const deaf: Script = { onTerm: "ignores" };
  const { told, gone, codes } = ending([deaf, deaf, deaf], takes(0), 30, {
    postStart: null,
    preStop,
    stopSignal: null,
  });
  assert.deepEqual(
    [told, gone],
    [
      [30, 30, 30, 0],
      [32, 32, 32, 0],
    ],
  );
  assert.deepEqual(codes, ["137", "137", "137", "0"]);
});

test("E10, E11, E12: the phase looks at regular containers only", () => {
  const sidecarFails = ending([{ onTerm: { after: 0, code: 1 } }], takes(0), 30);
  assert.deepEqual([sidecarFails.codes, sidecarFails.phase], [["1", "0"], "Succeeded"]);
  const slow = ending([takes(20), takes(1), takes(20)], takes(20), 5);
  assert.deepEqual(
    [slow.codes, slow.gone[3], slow.phase],
    [["137", "0", "137", "137"], 5, "Failed"],
  );
  const late = ending([takes(1), takes(20), takes(1)], takes(0), 5);
  assert.deepEqual([late.codes, late.phase], [["0", "137", "0", "0"], "Succeeded"]);
});

test("E13: a hook that never ends costs the whole grace, then two seconds are left", () => {
  const preStop = { kind: "sleep", seconds: 10_000 } as const;
  const lifecycle = { postStart: null, preStop, stopSignal: null };
  const { times } = idealNode(
    pod({ containers: [container({ lifecycle })] }),
    [{ onTerm: "ignores" }],
    {
      until: 200,
      acts: [[END, (machine) => machine.deleted(30)]],
    },
  );
  assert.deepEqual([times("SIGTERM"), times("SIGKILL")], [[130], [132]]);
});

test("E14: a second deletion can only shorten the first", () => {
  const preStop = { kind: "sleep", seconds: 50 } as const;
  const lifecycle = { postStart: null, preStop, stopSignal: null };
  const { times } = idealNode(pod({ containers: [container({ lifecycle })] }), [{}], {
    until: 300,
    acts: [
      [END, (machine) => machine.deleted(100)],
      [END, (machine) => machine.deleted(30)],
    ],
  });
  assert.deepEqual(times("exited"), [130]);
});
