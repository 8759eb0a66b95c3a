import { formatDuration } from "#base/time.js";
import type { Distribution, LifeInput } from "#simulate/life/life-input.js";
import type { InputRow } from "./input-row.js";

/** The cluster and the clients, as they are simulated; every one of them is a flag. */
export function settingRows({ clients, node, workload, fleet, rollout }: LifeInput): InputRow[] {
  const row = (name: string, value: string, source: string): InputRow => ({ name, value, source });
  const { ratePerS, serviceUs, timeoutUs, keepAlive, long } = clients;
  return [
    row("replicas", String(workload.replicas), "manifest or --replicas"),
    ...(rollout ? [row("roll-out", "at 0s", "--rollout")] : []),
    ...(fleet === null ? [] : [row("fleet", fleet.policy, "--fleet")]),
    row(
      "clients",
      `${ratePerS}/s of ${time(serviceUs)}, ${Number((keepAlive * 100).toFixed(1))} % kept alive, timeout ${time(timeoutUs)}`,
      "--rate, --request-time, --keep-alive, --client-timeout",
    ),
    ...(long.count === 0
      ? []
      : [row("long requests", `${long.count} of ${time(long.durationUs)}`, "--long-requests")]),
    row("container start", time(node.containerStartUs), "--container-start"),
    row("endpoint lag", range(node.endpointLag), "--timing endpointLag=…"),
    row("an exit is noticed after", range(node.detectionUs), "the kubelet's look-around"),
  ];
}

const time = (us: number): string => formatDuration(us / 1000);

function range(distribution: Distribution): string {
  switch (distribution.kind) {
    case "const":
      return time(distribution.us);
    case "uniform":
      return `${time(distribution.fromUs)} to ${time(distribution.toUs)}`;
    case "lognormal":
      return `lognormal around ${time(distribution.medianUs)}`;
    case "quantiles":
      return `p50 ${time(distribution.p50)}, max ${time(distribution.max)}`;
    case "empirical":
      return `${distribution.samplesUs.length} samples`;
  }
}
