import type { ArmResult, BesideModel, ClusterFacts } from "#model/lab/lab-report.js";
import type { Column } from "#report/table.js";

/** A pod's life, in the model and in the cluster. */
export const BESIDE_COLUMNS: readonly Column[] = [
  { title: "model and pods", align: "left" },
  { title: "model", align: "right" },
  { title: "in the cluster", align: "right" },
  { title: "", align: "left" },
];

/** Empty: the arm's pods were compared with nothing. */
export function besideRows({ beside = [] }: ArmResult): readonly (readonly string[])[] {
  return beside.map((one) => [one.what, modelText(one), realText(one), one.ok ? "✓" : "✗"]);
}

function modelText({ model }: BesideModel): string {
  if (model === null) return "never";
  const [from, to] = [model.from.toFixed(1), model.to.toFixed(1)];
  return from === to ? `${from} s` : `${from}–${to} s`;
}

const realText = ({ real }: BesideModel): string =>
  real.length === 0 ? "never" : `${real.join(", ")} s`;

/** `Kubernetes v1.36.3, kubelet v1.36.3, containerd://2.2.9, image busybox:1.37, real time` */
export function clusterText({ server, node, image }: ClusterFacts): string {
  const parts = [
    `Kubernetes ${server}`,
    ...(node === null ? [] : [`kubelet ${node.kubelet}`, node.runtime, `kernel ${node.kernel}`]),
    `image ${image}`,
  ];
  return parts.join(", ");
}
