import { Command, Option } from "commander";
import { parse } from "#cli/run-options.js";

/** The flags as they were written; what they mean is `readSimulateOptions`'s. */
export interface Given {
  readonly [flag: string]: unknown;
  readonly help?: boolean;
  readonly json?: boolean;
  readonly compare?: boolean;
  readonly rollout?: boolean;
  readonly patch?: boolean;
  readonly color?: boolean;
  readonly fleet?: string | boolean;
  readonly timing?: readonly string[];
  readonly faults?: readonly string[];
  readonly tool?: readonly string[];
  readonly workload?: string;
  readonly container?: string;
  readonly unknownFields?: string;
  readonly timings?: string;
  readonly saves?: string;
  readonly toolConfig?: string;
  readonly settings?: string;
  readonly planFrom?: string;
  readonly kubeVersion?: string;
  readonly cri?: string;
  readonly for?: string;
  readonly phase?: string;
  readonly seeds?: string;
  readonly seed?: string;
  readonly replicas?: string;
  readonly fleetSpread?: string;
  readonly fleetUnavailable?: string;
  readonly capacity?: string;
  readonly healthBound?: string;
  readonly rate?: string;
  readonly requestTime?: string;
  readonly clientTimeout?: string;
  readonly keepAlive?: string;
  readonly clientsLook?: boolean;
  readonly longRequests?: string;
  readonly onTerm?: string;
  readonly whileStarting?: string;
  readonly whileDown?: string;
  readonly containerStart?: string;
  readonly wallFraction?: string;
  readonly kubeletAge?: string;
  readonly requeueJitter?: string;
  readonly format?: string;
  readonly out?: string;
  readonly width?: string;
  readonly objective?: string;
  readonly round?: string;
  readonly safety?: string;
  readonly detectWithin?: string;
  readonly shedWithin?: string;
}

const VALUES =
  "workload container unknown-fields timings saves tool-config settings plan-from kube-version cri for phase seeds seed replicas fleet-spread fleet-unavailable capacity health-bound rate request-time client-timeout keep-alive long-requests on-term while-starting while-down container-start wall-fraction kubelet-age requeue-jitter format out width objective round safety detect-within shed-within";

function parserOf(name: string): Command {
  const parser = new Command(name)
    .helpOption(false)
    .allowExcessArguments(true)
    .argument("[manifests...]")
    .option("-h, --help")
    .option("--json")
    .option("--compare")
    .option("--rollout")
    .option("--patch")
    .option("--color")
    .option("--no-color")
    .option("--no-clients-look")
    .option("--fleet [policy]");
  for (const flag of ["timing", "faults", "tool"]) {
    parser.addOption(new Option(`--${flag} <value>`).argParser(many));
  }
  for (const flag of VALUES.split(" ")) parser.option(`--${flag} <value>`);
  return parser;
}

const many = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

/** `words`: what stands beside the flags. */
export function readGiven(
  argv: readonly string[],
  name: string,
): { readonly given: Given; readonly words: readonly string[] } {
  const parser = parserOf(name);
  parse(parser, argv);
  return { given: parser.opts<Given>(), words: parser.args };
}
