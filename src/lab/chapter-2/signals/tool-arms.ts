import { atLeast, equals, predict } from "#lab/judge/prediction.js";
import type { Need } from "#lab/need.js";
import { TOLD_PROGRAM } from "#lab/programs/signals/told-program.js";
import type { Arm } from "#lab/scenario.js";
import { PATIENCE_MS } from "./signal-try.js";

interface Tool {
  readonly need: Need;
  /** The signals that the program was told, of its first reload. */
  readonly told: string;
  readonly because: string;
  readonly argv: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

const AIR: Tool = {
  need: "air",
  told: "none",
  because: "air ends the program by SIGKILL, and asks it nothing",
  argv: ["air", "-c", "air.toml"],
  files: {
    "air.toml": `root = "."
tmp_dir = "tmp"
[build]
cmd = "true"
full_bin = "exec node app.mjs"
include_ext = ["mjs"]
delay = 100
`,
  },
};

const NODEMON: Tool = {
  need: "nodemon",
  told: "SIGUSR2",
  because: "nodemon ends the program by SIGUSR2, unless it is told another signal",
  argv: ["nodemon", "--quiet", "--watch", "app.mjs", "app.mjs"],
  files: {},
};

export const toolArms = (): readonly Arm[] => [AIR, NODEMON].map(toolArm);

/** A reload by a real tool, of a program that says which signal it was told. */
function toolArm(tool: Tool): Arm {
  const { need, because } = tool;
  return {
    ...{ name: need, side: "before", label: `${need}, one reload`, needs: [need] },
    predictions: [
      predict("reloads", atLeast(1), "the tool has noticed the save by an event of the file"),
      predict("signals", equals(tool.told), because),
    ],
    async run(bench, record) {
      const { files, folder, processes } = bench;
      const cwd = `${folder}/tool`;
      files.makeFolder(cwd);
      for (const [name, text] of Object.entries(tool.files)) files.write(`${cwd}/${name}`, text);
      files.write(`${cwd}/app.mjs`, TOLD_PROGRAM);
      const process = await processes.start(tool.argv, { cwd });
      const isUp = ({ text }: { text: string }): boolean => text.trim() === "up";
      await process.lines.until("the first start", isUp, 0, PATIENCE_MS);
      let from = process.lines.items.length;
      // A tool may begin to watch only after it has started the program: saves again until it notices.
      for (let save = 1; ; save += 1) {
        files.write(`${cwd}/app.mjs`, `${TOLD_PROGRAM}// ${save}\n`);
        record.mark(`save ${save}`);
        const again = await process.lines.until("a reload", isUp, from, AGAIN_MS).catch(() => null);
        if (again !== null) break;
        if (save * AGAIN_MS > PATIENCE_MS) throw new Error(`${need} never reloaded`);
        from = process.lines.items.length;
      }
      const said = process.lines.items.map(({ text }) => text.trim());
      const told = said.flatMap((text) => /^told (\w+)$/.exec(text)?.[1] ?? []);
      record.count("reloads", said.filter((text) => text === "up").length - 1);
      record.text("signals", told[0] ?? "none");
    },
  };
}

const AGAIN_MS = 5_000;
