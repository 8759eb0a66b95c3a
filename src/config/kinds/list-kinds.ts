import { fail, ok } from "#base/result.js";
import { splitWords } from "#base/split-words.js";
import { describe, type Kind, misfit, type Read } from "./kind.js";

/** A list of values of one kind. A single YAML value is a list of one. */
export function listOf<T>(kind: Kind<T>, plural: string): Kind<readonly T[]> {
  const all = (values: readonly unknown[], read: (value: unknown) => Read<T>): Read<T[]> => {
    const list: T[] = [];
    for (const [item, value] of values.entries()) {
      const one = read(value);
      if (!one.ok) return fail({ ...one.error, item });
      list.push(one.value);
    }
    return ok(list);
  };
  return {
    expects: plural,
    placeholder: kind.placeholder,
    repeatable: true,
    schema: { anyOf: [kind.schema, { type: "array", items: kind.schema }] },
    show: (list) => list.map((value) => kind.show(value)).join(", "),
    fromText: (texts, expand) => all(texts, (text) => kind.fromText([String(text)], expand)),
    fromYaml: (value, expand) =>
      all(Array.isArray(value) ? value : [value], (one) => kind.fromYaml(one, expand)),
  };
}

/** A command: a YAML list of words, or one text that is split at spaces outside quotes. No shell is involved. */
export const command: Kind<readonly string[]> = {
  expects: "a command",
  placeholder: "<command>",
  repeatable: false,
  schema: {
    anyOf: [
      { type: "string", minLength: 1 },
      { type: "array", items: { type: "string" }, minItems: 1 },
    ],
  },
  show: showWords,
  fromText: (texts) => readWords(texts.at(-1) ?? ""),
  fromYaml: (value) => readCommand(value),
};

/** Words for a command line. A flag adds the words of its text. */
export const words: Kind<readonly string[]> = {
  ...command,
  expects: "words of a command line",
  placeholder: "<words>",
  repeatable: true,
  schema: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
  fromText: (texts) => {
    const list: string[] = [];
    for (const text of texts) {
      const split = splitWords(text);
      if (split === null) return unbalanced(text);
      list.push(...split);
    }
    return ok(list);
  },
  fromYaml: (value) => (Array.isArray(value) && value.length === 0 ? ok([]) : readCommand(value)),
};

/** Several commands, in order. In YAML a list of texts or of lists. */
export const commands: Kind<readonly (readonly string[])[]> = {
  ...listOf(command, "a list of commands"),
  fromYaml: (value, expand) =>
    Array.isArray(value)
      ? listOf(command, "").fromYaml(value, expand)
      : misfit(`${describe(value)} is not a list of commands`, COMMANDS_HINT),
  show: (list) => list.map(showWords).join("; "),
};
const COMMANDS_HINT = "Write a list, one command an item: - go generate ./...";

/** Environment variables: a YAML mapping, or NAME=value on a flag. */
export const variables: Kind<Readonly<Record<string, string>>> = {
  expects: "a mapping of names to values",
  placeholder: "<NAME=value>",
  repeatable: true,
  schema: { type: "object", additionalProperties: { type: ["string", "number", "boolean"] } },
  show: (map) =>
    Object.entries(map)
      .map(([name, value]) => `${name}=${value}`)
      .join(", "),
  fromText: (texts) => {
    const map: Record<string, string> = {};
    for (const [item, text] of texts.entries()) {
      const at = text.indexOf("=");
      const what = `${JSON.stringify(text)} is not NAME=value`;
      if (at < 1) return fail({ what, hint: "For example CGO_ENABLED=0.", item });
      map[text.slice(0, at)] = text.slice(at + 1);
    }
    return ok(map);
  },
  fromYaml: (value) => {
    const hint = "Write one NAME: value a line, indented.";
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return misfit(`${describe(value)} is not a mapping of names to values`, hint);
    }
    const map: Record<string, string> = {};
    for (const [name, one] of Object.entries(value)) {
      if (!["string", "number", "boolean"].includes(typeof one)) {
        return misfit(`${name} is ${describe(one)}, not a text`, hint);
      }
      map[name] = String(one);
    }
    return ok(map);
  },
};

function readCommand(value: unknown): Read<readonly string[]> {
  if (typeof value === "string") return readWords(value);
  const hint = "Write it as one text (go build -o {artifact} .) or as a list of words.";
  if (!Array.isArray(value) || value.length === 0) {
    return misfit(`${describe(value)} is not a command`, hint);
  }
  const wrong = value.findIndex((word) => !["string", "number", "boolean"].includes(typeof word));
  if (wrong >= 0) {
    return fail({ what: `${describe(value[wrong])} is not a word`, hint, item: wrong });
  }
  return ok(value.map(String));
}

function readWords(text: string): Read<readonly string[]> {
  const split = splitWords(text);
  if (split === null) return unbalanced(text);
  return split.length > 0 ? ok(split) : misfit("the command is empty", "Name a program.");
}

function unbalanced(text: string): Read<never> {
  return misfit(`${JSON.stringify(text)} has a quote that is not closed`, "Close the quote.");
}

function showWords(list: readonly string[]): string {
  return list
    .map((word) => (/^[\w@%+=:,./{}-]+$/.test(word) ? word : JSON.stringify(word)))
    .join(" ");
}
