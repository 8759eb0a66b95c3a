import type { LabFiles } from "#ports/lab/lab-bench.js";

/** A folder laid out as the kubelet lays out a mounted ConfigMap or Downward API volume. */
export interface MountedVolume {
  readonly folder: string;
  /** The content of all its files from now on, by the kubelet's steps: a new folder, and a link that is replaced by a rename. */
  publish(content: Readonly<Record<string, string>>): void;
}

export function mountedVolume(
  files: LabFiles,
  folder: string,
  content: Readonly<Record<string, string>>,
): MountedVolume {
  let versions = 0;
  const writeVersion = (texts: Readonly<Record<string, string>>): string => {
    versions += 1;
    const version = `..version_${versions}`;
    files.makeFolder(`${folder}/${version}`);
    for (const [name, text] of Object.entries(texts)) {
      files.write(`${folder}/${version}/${name}`, text);
    }
    return version;
  };
  files.makeFolder(folder);
  files.symlink(writeVersion(content), `${folder}/..data`);
  const linked = new Set<string>();
  const link = (names: readonly string[]): void => {
    for (const name of names) {
      if (!linked.has(name)) files.symlink(`..data/${name}`, `${folder}/${name}`);
      linked.add(name);
    }
  };
  link(Object.keys(content));
  return {
    folder,
    publish(next) {
      const old = files.linkTarget(`${folder}/..data`);
      const version = writeVersion(next);
      files.symlink(version, `${folder}/..data_tmp`);
      files.rename(`${folder}/..data_tmp`, `${folder}/..data`);
      link(Object.keys(next));
      for (const name of [...linked].filter((one) => !(one in next))) {
        files.remove(`${folder}/${name}`);
        linked.delete(name);
      }
      files.remove(`${folder}/${old}`);
    },
  };
}
