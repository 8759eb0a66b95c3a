import { defineScalarTag, FAILSAFE_SCHEMA, mergeTag, NOT_RESOLVED, type Schema } from "js-yaml";

/**
 * Plain scalars as kubectl reads them: `yes` and `off` are booleans and `0777` is octal, as in YAML 1.1, but `12:30` and
 * `2026-01-31` stay strings. Source: go.yaml.in/yaml/v2, resolve.go.
 */
export function kubernetesSchema(): Schema {
  return FAILSAFE_SCHEMA.withTags(mergeTag, nullTag(), boolTag(), intTag(), floatTag());
}

const TRUE = new Set("y Y yes Yes YES true True TRUE on On ON".split(" "));
const FALSE = new Set("n N no No NO false False FALSE off Off OFF".split(" "));
const NULL = new Set(["", "~", "null", "Null", "NULL"]);

function nullTag() {
  return defineScalarTag<null>("tag:yaml.org,2002:null", {
    implicit: true,
    implicitFirstChars: ["", "~", "n", "N"],
    resolve: (text) => (NULL.has(text) ? null : NOT_RESOLVED),
    identify: () => false,
  });
}

function boolTag() {
  return defineScalarTag<boolean>("tag:yaml.org,2002:bool", {
    implicit: true,
    implicitFirstChars: [..."yYtToOnNfF"],
    resolve: (text) => (TRUE.has(text) ? true : FALSE.has(text) ? false : NOT_RESOLVED),
    identify: () => false,
  });
}

const DIGITS = [..."+-0123456789"];
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F_]+)|0[bB]([01_]+)|0[oO]?([0-7_]+)|([1-9][0-9_]*|0))$/;

function intTag() {
  return defineScalarTag<number>("tag:yaml.org,2002:int", {
    implicit: true,
    implicitFirstChars: DIGITS,
    resolve: (text) => {
      const match = INTEGER.exec(text);
      if (match === null) return NOT_RESOLVED;
      const [, sign, hex, binary, octal, decimal] = match;
      const read = (digits: string, base: number): number =>
        Number.parseInt(digits.replaceAll("_", ""), base);
      const size =
        hex !== undefined
          ? read(hex, 16)
          : binary !== undefined
            ? read(binary, 2)
            : octal !== undefined
              ? read(octal, 8)
              : read(decimal ?? "0", 10);
      return sign === "-" ? -size : size;
    },
    identify: () => false,
  });
}

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

/** JSON has no infinity and no NaN, so those words stay strings; kubectl refuses them. */
function floatTag() {
  return defineScalarTag<number>("tag:yaml.org,2002:float", {
    implicit: true,
    implicitFirstChars: [".", ...DIGITS],
    resolve: (text) => {
      const plain = text.replaceAll("_", "");
      return FLOAT.test(plain) ? Number(plain) : NOT_RESOLVED;
    },
    identify: () => false,
  });
}
