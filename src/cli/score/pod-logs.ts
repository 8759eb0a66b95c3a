import { kubectlLogs } from "#edge/cluster/kubectl-logs.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import { LINES_MAX, linesOf } from "./log-samples.js";

/** The newest lines of what is hot in a workload, of one pod. Each workload is asked for once; one that answers nothing is not known. */
export function podLogs(context: string): (workload: WorkloadSubject) => readonly string[] | null {
  const known = new Map<string, readonly string[] | null>();
  return ({ workload: { kind, namespace, name }, running }) => {
    const owner = `${kind.toLowerCase()}/${name}`;
    const key = `${namespace} ${owner}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const lines = running
      .filter(({ isHot }) => isHot)
      .flatMap((one) => {
        const question = { context, namespace, owner, container: one.name, lines: LINES_MAX };
        const answer = kubectlLogs(question);
        return answer.ok ? linesOf(answer.value) : [];
      });
    const found = lines.length === 0 ? null : lines;
    known.set(key, found);
    return found;
  };
}
