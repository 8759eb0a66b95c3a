/** `$X`, `${X}`, `${X:-y}` and `${X:+y}` with the values that are known; null: one of them is not. `\$` is a dollar sign. */
export function expandWord(word: string, values: ReadonlyMap<string, string>): string | null {
  let unknown = false;
  const text = word.replace(
    /\\\$|\$\{([A-Za-z_]\w*)(?::([-+])([^}]*))?\}|\$([A-Za-z_]\w*)/g,
    (
      whole,
      braced: string | undefined,
      sign: string | undefined,
      other: string | undefined,
      bare,
    ) => {
      if (whole === "\\$") return "$";
      const value = values.get(braced ?? bare);
      const isSet = value !== undefined && value !== "";
      if (sign === "+") return isSet ? (other ?? "") : "";
      if (isSet) return value;
      if (sign === "-") return other ?? "";
      unknown ||= value === undefined;
      return "";
    },
  );
  return unknown ? null : text;
}
