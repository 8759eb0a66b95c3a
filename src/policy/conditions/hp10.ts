import type { Condition } from "#policy/condition.js";

export const HP10: readonly Condition[] = [
  {
    rule: "HP1010",
    each: "running",
    fails:
      // What a tool starts stands behind its flags, in words or in one text.
      `(one.tool in ["nodemon", "reflex", "entr", "watchexec", "CompileDaemon"] && ` +
      `one.line.join(" ").matches("(^|[ '\\"=])go run [^&|;]*$")) || (!one.managed && !(object.kind in ["Job", "CronJob"]) && ` +
      `one.program == "go" && one.bare.size() > 1 && one.bare[1] == "run")`,
  },
];
