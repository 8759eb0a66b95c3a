import type { Result } from "#base/result.js";
import type { Program, ProgramProblem } from "#gobinary/read-program.js";
import type { CommandWords, GoSource, Staleness } from "#ports/release.js";
import type { GateImage } from "./image/image-facts.js";

/** Everything that is compared, each with where it comes from. */
export interface GateFacts {
  readonly binary: BinaryFacts;
  readonly source: GoSource | null;
  /** `--revision`: the commit it has to be, instead of HEAD. */
  readonly revision: string | null;
  /** `--platform` */
  readonly platform: Platform | null;
  /** null: none was given. */
  readonly image: GateImage | null;
  /** null: not asked for. */
  readonly reference: Reference | null;
  /** null: not asked for. */
  readonly stale: StaleAnswer | null;
}

export interface BinaryFacts {
  /** As it was named. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly program: Result<Program, ProgramProblem>;
}

/** `linux/arm64/v8`, by Go's names. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
  /** `--platform`, or the image. */
  readonly from: string;
}

export type Reference =
  | {
      readonly kind: "built";
      readonly command: string;
      readonly sha256: string;
      readonly program: Program;
      readonly difference: Difference | null;
    }
  | { readonly kind: "failed"; readonly command: string; readonly output: string }
  /** It was not tried: no Go here, or the program does not say what it was built of. */
  | { readonly kind: "impossible"; readonly reason: string; readonly remedy: string };

/** The first byte in which two files differ. */
export interface Difference {
  readonly offset: number;
  /** Section of the ELF file that it is in; null: in none. */
  readonly section: string | null;
}

export type StaleAnswer =
  | { readonly kind: "listed"; readonly command: string; readonly packages: readonly Staleness[] }
  | { readonly kind: "failed"; readonly words: CommandWords }
  | { readonly kind: "no-go" };
