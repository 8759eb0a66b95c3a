import type { Container } from "#model/kube/pod.js";
import type { ProcessOptions } from "#ports/lab/lab-bench.js";

/** Where and how commands run in the container: its working directory and literal variables, unless something else is given. */
export function containerPlace(container: Container, given: ProcessOptions): ProcessOptions {
  const { workingDir } = container;
  return {
    ...(workingDir === null ? {} : { cwd: workingDir }),
    ...given,
    env: { ...Object.fromEntries(literalsOf(container)), ...given.env },
  };
}

/** Variables whose value stands in the manifest. */
export function literalsOf({ env }: Container): ReadonlyMap<string, string> {
  return new Map(env.flatMap(({ name, value }) => (value === null ? [] : [[name, value]])));
}
