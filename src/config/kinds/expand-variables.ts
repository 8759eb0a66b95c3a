import { fail, ok } from "#base/result.js";
import type { Expand } from "./kind.js";

/** `${NAME}` and `${NAME:-default}` from the given environment; an empty variable counts as unset, as in a shell. */
export function expandVariables(env: Readonly<Record<string, string | undefined>>): Expand {
  return (text) => {
    let missing: string | null = null;
    const value = text.replace(
      /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g,
      (_, name: string, instead: string | undefined) => {
        const found = env[name];
        if (found !== undefined && found !== "") return found;
        if (instead === undefined) missing = name;
        return instead ?? "";
      },
    );
    return missing === null
      ? ok(value)
      : fail({
          what: `\${${missing}} is not set`,
          hint: `Set ${missing}, or write a default: \${${missing}:-value}.`,
        });
  };
}
