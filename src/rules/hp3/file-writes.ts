import { joinPath } from "#base/join-path.js";
import { commandsOfArgv, type ShellCommand } from "#rules/shell/shell-text.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { baseName } from "#rules/subject/effective-command.js";
import { foldersAbove, placeKey, type VolumePlace, volumePlaces } from "./volume-place.js";

/** A file that a command writes. */
export interface FileWrite {
  readonly command: ShellCommand;
  /** As it is written in the command. */
  readonly target: string;
  /** `below`: files of names that are not said, in this folder. */
  readonly what: "file" | "below";
}

/** What a container's command writes, by place. */
export type FindWrite = (place: VolumePlace) => FileWrite | null;

/** A copy that is made only where nothing is yet does not count. A file that is named wins over a folder. */
export function findWrites(subject: ContainerSubject): FindWrite {
  if (subject.command.kind === "unknown") return () => null;
  const commands = commandsOfArgv(subject.command.argv);
  const asked = new Set(commands.flatMap(({ words }) => (isTest(words[0]) ? words : [])));
  const placeOf = volumePlaces(subject.container);
  const folder = subject.container.workingDir;
  const files = new Map<string, FileWrite>();
  const below = new Map<string, FileWrite>();
  for (const write of commands.flatMap(writesOf)) {
    const { target } = write;
    if (asked.has(target) || (!target.startsWith("/") && folder === null)) continue;
    const place = placeOf(joinPath(folder ?? "/", target));
    if (place !== null) (write.what === "file" ? files : below).set(placeKey(place), write);
  }
  return (place) => {
    const { volume, path } = place;
    const around = foldersAbove(path).map((one) => placeKey({ volume, path: one }));
    const folderHit = around.find((key) => below.has(key));
    return files.get(placeKey(place)) ?? below.get(folderHit ?? "") ?? null;
  };
}

const isTest = (word: string | undefined): boolean =>
  word === "[" || word === "[[" || word === "test";

function writesOf(command: ShellCommand): FileWrite[] {
  const { words, writes } = command;
  const name = baseName(words[0] ?? "");
  const file = (target: string): FileWrite => ({ command, target, what: "file" });
  const redirected = writes.map(file);
  if (name === "cp" || name === "mv" || name === "install") {
    return [...redirected, ...copies(command, words.slice(1))];
  }
  if (name === "tar") {
    const folder = flagValue(words, ["-C", "--directory"]);
    const extracts = words.some(
      (word, i) =>
        word === "--extract" ||
        (i > 0 && (i === 1 || word.startsWith("-")) && hasLetter(word, "x")),
    );
    return folder === null || !extracts
      ? redirected
      : [...redirected, { command, target: folder, what: "below" }];
  }
  const flags = Object.hasOwn(OUTPUT_FLAGS, name) ? OUTPUT_FLAGS[name] : undefined;
  const output = flags === undefined ? null : flagValue(words, flags);
  return output === null ? redirected : [...redirected, file(output)];
}

const OUTPUT_FLAGS: Readonly<Record<string, readonly string[]>> = {
  go: ["-o"],
  cc: ["-o"],
  gcc: ["-o"],
  clang: ["-o"],
  rustc: ["-o"],
  curl: ["-o", "--output"],
  wget: ["-O", "--output-document"],
};

function flagValue(words: readonly string[], flags: readonly string[]): string | null {
  for (const [i, word] of words.entries()) {
    if (flags.includes(word)) return words[i + 1] ?? null;
    const flag = flags.find((one) => word.startsWith(`${one}=`));
    if (flag !== undefined) return word.slice(flag.length + 1);
  }
  return null;
}

/** The target may be a folder: then the file has its source's name there. */
function copies(command: ShellCommand, words: readonly string[]): FileWrite[] {
  const flags = words.filter((word) => word.startsWith("-"));
  if (flags.some((flag) => flag === "--no-clobber" || hasLetter(flag, "n"))) return [];
  const folder = flagValue(words, ["-t", "--target-directory"]);
  const operands = words.filter((word) => !word.startsWith("-") && word !== folder);
  const target = folder ?? operands.at(-1);
  const sources = folder === null ? operands.slice(0, -1) : operands;
  if (target === undefined || sources.length === 0) return [];
  const folderOf = target.endsWith("/") ? target : `${target}/`;
  const named = sources.map((source) => `${folderOf}${baseName(source)}`);
  const files = [target, ...named].map((one) => ({ command, target: one, what: "file" as const }));
  const recursive = flags.some(
    (flag) => flag === "--recursive" || flag === "--archive" || hasLetter(flag, "rRa"),
  );
  const open = sources.some((source) => /[*?[]/.test(source)) || (recursive && isCopy(command));
  return open ? [...files, { command, target, what: "below" }] : files;
}

const isCopy = ({ words }: ShellCommand): boolean => baseName(words[0] ?? "") === "cp";

/** `-xzf`, or `xzf`: one of these letters is among joined flags. */
function hasLetter(word: string, letters: string): boolean {
  return /^-?[a-zA-Z]+$/.test(word) && [...letters].some((letter) => word.includes(letter));
}
