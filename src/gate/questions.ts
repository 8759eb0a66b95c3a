export interface Question {
  readonly question: string;
  /** Why an answer matters. */
  readonly why: string;
  /** What it is answered by. */
  readonly by: string;
}

/** Everything that the gate asks, in the order in which it answers. */
export const QUESTIONS = {
  program: {
    question: "Is it a Go program that tells what it was built from?",
    why: "Without its build information nothing can be compared.",
    by: "ELF headers and Go's build information in the file.",
  },
  revision: {
    question: "Was it built from this commit?",
    why: "A program of another commit is another program.",
    by: "vcs.revision of the build information, and HEAD or --revision.",
  },
  modified: {
    question: "Was the tree clean when it was built?",
    why: "What is in no commit cannot be reviewed or built again.",
    by: "vcs.modified of the build information.",
  },
  module: {
    question: "Is it of this module?",
    why: "A program of another module was not built from these sources.",
    by: "The main module of the build information, and go.mod.",
  },
  modules: {
    question: "Does it hold the modules of go.mod and go.sum?",
    why: "Another version or other bytes of a module are other code.",
    by: "The dep lines of the build information, go.mod and go.sum.",
  },
  replace: {
    question: "Does every module come from a version?",
    why: "A module that is replaced by a folder has no version and no checksum.",
    by: "The => lines of the build information.",
  },
  verify: {
    question: "Are the modules on this machine as they were downloaded?",
    why: "Go builds what its cache holds, and looks at checksums only when it downloads.",
    by: "go mod verify.",
  },
  toolchain: {
    question: "Was it built with the Go that go.mod asks for?",
    why: "Another toolchain is another compiler and another standard library.",
    by: "The Go version of the build information, and the go and toolchain lines of go.mod.",
  },
  target: {
    question: "Is it for the machine that it is to run on?",
    why: "A program for another system or architecture does not start.",
    by: "The ELF header, GOOS, GOARCH and its level, --platform and the image's configuration.",
  },
  loader: {
    question: "Can it be loaded where it is to run?",
    why: "Where the loader or a library is missing the kernel says: no such file or directory.",
    by: "PT_INTERP and DT_NEEDED, and the files of the image. CGO_ENABLED does not tell.",
  },
  rebuild: {
    question: "Do these sources give this program?",
    why: "A stamp is only what a program says of itself.",
    by: "A reference build with the same settings: the same bytes, else the parts of the build id.",
  },
  stale: {
    question: "What does go list say of Stale?",
    why: "It says whether go install would do anything, which decides nothing here.",
    by: "go list -f {{.Stale}}.",
  },
} as const satisfies Readonly<Record<string, Question>>;

export type QuestionId = keyof typeof QUESTIONS;
