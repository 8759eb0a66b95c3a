import { type DockerWord, dockerWords } from "./docker-words.js";

/** What an ENV, ARG or LABEL sets. */
export interface DockerVariable {
  readonly name: string;
  /** With its quotes and variables; null: `ARG NAME`, whose value the build may give. */
  readonly value: string | null;
  /** In the text that was read, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** `NAME=value …`; of ENV and LABEL also the old `NAME value` that takes the whole line; of ARG also `NAME`. */
export function dockerVariables(
  keyword: "ENV" | "ARG" | "LABEL",
  text: string,
  escapeSign: string,
): readonly DockerVariable[] {
  const words = dockerWords(text, escapeSign);
  const [first, second] = words;
  if (first === undefined) return [];
  if (keyword !== "ARG" && !first.text.includes("=") && second !== undefined)
    return [oldForm(words, first, second)];
  return words.map(({ text: word, start, end }) => {
    const sign = word.indexOf("=");
    if (sign < 0) return { name: word, value: null, start, end };
    return { name: unquoted(word.slice(0, sign)), value: word.slice(sign + 1), start, end };
  });
}

/** White space inside the value counts; it is one space here. */
function oldForm(
  words: readonly DockerWord[],
  first: DockerWord,
  second: DockerWord,
): DockerVariable {
  const rest = words.slice(words.indexOf(second));
  const value = rest.map(({ text }) => text).join(" ");
  return { name: first.text, value, start: first.start, end: rest.at(-1)?.end ?? second.end };
}

/** LABEL names may stand in quotes. */
const unquoted = (name: string): string => name.replace(/^(["'])(.*)\1$/s, "$2");
