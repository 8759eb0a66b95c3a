import { parse } from "smol-toml";

/** A tool's configuration file as a table, TOML or JSON. null: it is neither; the tool's own reader says what is wrong. */
export function configTable(file: string, text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = file.endsWith(".json") ? JSON.parse(text) : parse(text);
    const isTable = typeof value === "object" && value !== null && !Array.isArray(value);
    return isTable ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}
