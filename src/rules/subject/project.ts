import type { DockerfileReading } from "#manifest/dockerfile/read-dockerfile.js";
import type { SourceDocument } from "#manifest/text/source-document.js";
import type { KubeObject } from "#manifest/workload/kube-object.js";
import type { Container } from "#model/kube/pod.js";
import type { KnownTiming } from "#model/timing.js";
import type { BinaryFacts, ImageFacts } from "#rules/image/artifacts.js";
import type { CheckParameters } from "./check-parameters.js";
import type { HotpodReading } from "./hotpod-reading.js";
import type { ReloadUse } from "./reload-use.js";
import type { ServiceTie } from "./service-tie.js";
import type { WorkloadSubject } from "./workload-subject.js";

/** Everything that is judged together. */
export interface Project {
  readonly parameters: CheckParameters;
  readonly workloads: readonly WorkloadSubject[];
  /** Every object of the input that is no workload. */
  readonly others: readonly KubeObject[];
  /** Of flags and files; those of annotations belong to their workload. */
  readonly timings: readonly KnownTiming[];
  /** Of the machine the timings were measured on; null: not recorded. */
  readonly measuredCores: number | null;
  /** Every reload tool's configuration file of the input, in its order. */
  readonly reloadConfigs: readonly ReloadConfig[];
  readonly dockerfiles: readonly DockerfileReading[];
  /** Files named go.mod. */
  readonly goMods: readonly ConfigText[];
  readonly goSums: readonly ConfigText[];
  /** Files named .dockerignore, or so ending. */
  readonly dockerIgnores: readonly ConfigText[];
  /** Files of the modules themselves, without their tests. */
  readonly goSources: readonly ConfigText[];
  /** Files named vendor/modules.txt. */
  readonly goVendors: readonly ConfigText[];
  readonly binaries: readonly BinaryFacts[];
  readonly images: readonly ImageFacts[];
  /** Of a pipeline: shell, Makefiles, workflows. */
  readonly scripts: readonly ConfigText[];
  readonly hotpodYaml: SourceDocument | null;
  readonly ties: readonly ServiceTie[];
  readonly readers: ProjectReaders;
  /** Of every rule there is. */
  readonly ruleIds: ReadonlySet<string>;
  /** Objects of this kind; none: the input may just not hold them. */
  objects(kind: string): readonly KubeObject[];
  /** The same, of one namespace. */
  objectsIn(kind: string, namespace: string): readonly KubeObject[];
}

/** What only the outside can read for the project. */
export interface ProjectReaders {
  /** The settings `hotpod run` would have in this container. */
  readonly hotpod: (container: Container) => HotpodReading;
  /** A reload tool's configuration file that was given for a container. */
  readonly reloadConfig: (use: Pick<ReloadUse, "program" | "configFile">) => ConfigText | null;
}

/** A reload tool's configuration file. */
export interface ReloadConfig extends ConfigText {
  /** As the table of tools names it: `air`. */
  readonly program: string;
  /** Parsed TOML or JSON; null: it is of another kind, or cannot be read. */
  readonly table: Readonly<Record<string, unknown>> | null;
}

export interface ConfigText {
  readonly file: string;
  readonly text: string;
}
