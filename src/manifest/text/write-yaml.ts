import { dump } from "js-yaml";

/** Plain JSON as YAML that kubectl reads back as the same value: what YAML 1.1 takes for something else is quoted. */
export function writeYaml(value: unknown): string {
  return dump(value, { lineWidth: -1, noRefs: true });
}
