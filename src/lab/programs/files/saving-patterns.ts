import type { Need } from "#lab/need.js";
import type { LabBench } from "#ports/lab/lab-bench.js";

/** One way in which programs save a file. */
export interface SavingPattern {
  readonly name: string;
  readonly label: string;
  readonly needs: readonly Need[];
  /** Whether the content changes. */
  readonly changes: boolean;
  /** Saves `path`, with `to` in the place of `from`. The arm's own folder is free for files beside. */
  save(bench: LabBench, path: string, from: string, to: string): Promise<void>;
}

const onDisk: Pick<SavingPattern, "needs" | "changes"> = { needs: [], changes: true };

/** The shell empties the file when it opens it; whoever reads before the command has written finds nothing. */
export const IN_PLACE: SavingPattern = {
  ...{ ...onDisk, name: "in-place", label: "written in place: a command's output > file" },
  async save(bench, path, from, to) {
    const next = nextText(bench, path, from, to);
    const end = await command(bench, ["sh", "-c", IN_TWO_STEPS, "sh", next, path]);
    bench.files.write(foundFile(bench), end.stdout);
  },
};
const IN_TWO_STEPS = '{ wc -c < "$2" >&3; cat "$1"; } 3>&1 > "$2"';

/** What somebody has read in the midst of the last save in place: the number of bytes. */
export const readMeanwhile = (bench: LabBench): number =>
  Number(bench.files.read(foundFile(bench)).trim());
const foundFile = ({ folder }: LabBench): string => `${folder}/read-meanwhile`;

export const COPY: SavingPattern = {
  ...{ ...onDisk, name: "copy", label: "cp over it" },
  async save(bench, path, from, to) {
    await command(bench, ["cp", nextText(bench, path, from, to), path]);
  },
};

export const RENAME: SavingPattern = {
  ...{ ...onDisk, name: "rename", label: "written beside, then renamed over it" },
  async save({ files }, path, from, to) {
    files.write(`${path}.tmp`, files.read(path).replace(from, to));
    files.rename(`${path}.tmp`, path);
  },
};

export const SED: SavingPattern = {
  ...{ ...onDisk, name: "sed", label: "sed -i" },
  async save(bench, path, from, to) {
    await command(bench, ["sed", "-i", `s/${from}/${to}/`, path]);
  },
};

/** With the names of JetBrains' editors. */
export const SAFE_WRITE: SavingPattern = {
  ...{ ...onDisk, name: "safe-write", label: "safe write of an IDE (a model)" },
  async save({ files }, path, from, to) {
    files.write(`${path}___jb_tmp___`, files.read(path).replace(from, to));
    files.rename(path, `${path}___jb_old___`);
    files.rename(`${path}___jb_tmp___`, path);
    files.remove(`${path}___jb_old___`);
  },
};

export const VIM: SavingPattern = vim("vim", "vim", "");
export const VIM_IN_PLACE: SavingPattern = vim("vim-in-place", "vim, backupcopy=yes", "yes");

export const TOUCH: SavingPattern = {
  ...{ name: "touch", label: "touch", needs: [], changes: false },
  async save(bench, path) {
    await command(bench, ["touch", path]);
  },
};

export const CHMOD: SavingPattern = {
  ...{ name: "chmod", label: "chmod", needs: [], changes: false },
  async save(bench, path) {
    await command(bench, ["chmod", "600", path]);
  },
};

/** vim keeps no backup of files in temporary folders (backupskip), where the lab works: told not to, it saves as it does elsewhere. */
function vim(name: string, label: string, backupcopy: string): SavingPattern {
  const copy = backupcopy === "" ? "" : ` backupcopy=${backupcopy}`;
  return {
    ...{ name, label, needs: ["vim"], changes: true },
    async save(bench, path, from, to) {
      const plain = [bench.program("vim"), "-N", "-u", "NONE", "-i", "NONE", "-es"];
      const change = ["--cmd", `set backupskip=${copy}`, "-c", `%s/${from}/${to}/`, "-c", "wq"];
      await command(bench, [...plain, ...change, path]);
    },
  };
}

/** The next text, in a file of its own beside. */
function nextText({ files, folder }: LabBench, path: string, from: string, to: string): string {
  files.write(`${folder}/next`, files.read(path).replace(from, to));
  return `${folder}/next`;
}

async function command({ processes }: LabBench, argv: readonly string[]) {
  const end = await processes.run(argv);
  if (end.code !== 0) throw new Error(`${argv.join(" ")}: ${end.failure ?? end.stderr.trim()}`);
  return end;
}
