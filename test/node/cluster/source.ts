import type { PodManifest } from "./shop.js";

/** Where a pod's own files lie: the root file system is read-only. */
export const SOURCE = "/hotpod/src";

/** What a pod runs that brings its files along. */
export interface Program {
  /** Put into `SOURCE`, where the program starts, before it does. */
  readonly files: Readonly<Record<string, string>>;
  /** Of `hotpod run`. */
  readonly flags: readonly string[];
  readonly argv: readonly string[];
}

/** Changes a pod so that it runs that program under hotpod. */
export function runProgram({ files, flags, argv }: Program): (pod: PodManifest) => void {
  return (pod) => {
    const container = pod.spec.containers[0];
    const run = ["hotpod", "run", "--recipe", "none", ...flags, "--", ...argv];
    container.command = ["sh", "-c", `cd ${SOURCE} && exec "$0" "$@"`, ...run];
    const { image, imagePullPolicy, securityContext, volumeMounts } = container;
    const put = 'while [ $# != 0 ]; do printf %s "$2" >"$1" && shift 2 || exit 1; done';
    const write = `mkdir -p ${SOURCE} && cd ${SOURCE} && ${put}`;
    const command = ["sh", "-c", write, "put", ...Object.entries(files).flat()];
    pod.spec.initContainers = [
      { name: "source", image, imagePullPolicy, securityContext, volumeMounts, command },
    ];
  };
}

/** A shell line that replaces a file there as editors do: a new one beside it, then a rename. */
export function replaceFile(name: string, text: string): string {
  return `cd ${SOURCE} && printf %s '${text}' >${name}.new && mv ${name}.new ${name}`;
}
