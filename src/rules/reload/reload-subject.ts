import { lineSource } from "#manifest/text/source.js";
import { readToolWords } from "#manifest/tools/read-tool.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { type TimingValue, timingValue } from "#rules/subject/figure.js";
import type { Project, ReloadConfig } from "#rules/subject/project.js";
import type { ReloadUse } from "#rules/subject/reload-use.js";

/** A reload tool as it is used: started by a container, or known by its configuration file alone. */
export interface ReloadSubject {
  readonly project: Project;
  /** null: the file alone was given. */
  readonly container: ContainerSubject | null;
  readonly use: ReloadUse;
  timing(key: string): TimingValue | null;
}

/**
 * Containers in their order, then the files that none of them took. Plain init containers run nothing that could be reloaded, and
 * of a file that cannot be parsed nothing is said but that.
 */
export function reloadSubjects(project: Project): readonly ReloadSubject[] {
  const before = known.get(project);
  if (before !== undefined) return before;
  const found = subjectsOf(project);
  known.set(project, found);
  return found;
}

const known = new WeakMap<Project, readonly ReloadSubject[]>();

function subjectsOf(project: Project): readonly ReloadSubject[] {
  const found: ReloadSubject[] = [];
  for (const container of project.workloads.flatMap(({ running }) => running)) {
    const use = container.reload;
    if (use === null || isBroken(use)) continue;
    found.push({ project, container, use, timing: (key) => container.timing(key) });
  }
  const taken = new Set(found.map(({ use }) => use.config?.file));
  for (const config of project.reloadConfigs) {
    if (!taken.has(config.file) && !isBroken({ config, table: config.table })) {
      found.push(ofFile(project, config));
    }
  }
  return found;
}

function isBroken({ config, table }: Pick<ReloadUse, "config" | "table">): boolean {
  return config !== null && table === null && /\.(toml|json)$/.test(config.file);
}

function ofFile(project: Project, config: ReloadConfig): ReloadSubject {
  const argv = [config.program];
  const read = readToolWords(argv, config, config.file);
  const known = new Map(project.timings.map((timing) => [timing.key, timing]));
  const use: ReloadUse = {
    program: config.program,
    argv,
    isPid1: false,
    tool: read.ok ? read.value.tool : null,
    changes: read.ok ? read.value.changes : [],
    problems: read.ok ? read.value.problems : [read.error],
    configFile: config.file,
    config,
    table: config.table,
    source: lineSource(config.file, 1, config.text.split("\n", 1)[0]),
  };
  return {
    project,
    container: null,
    use,
    timing: (key) => {
      const timing = known.get(key);
      return timing === undefined ? null : timingValue(timing);
    },
  };
}
