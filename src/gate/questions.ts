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
  image: {
    question: "Can the image be read, and is it whole?",
    why: "A layer that breaks off, or has another digest than its name, is not what was built.",
    by: "The digests of its manifests, configuration and layers.",
  },
  "same-file": {
    question: "Does the image hold this program?",
    why: "A layer from a cache may hold an older one.",
    by: "The sha256 of the program and of the file in the image, links and whiteouts followed.",
  },
  executable: {
    question: "May it be executed there?",
    why: "Without the permission a container does not start.",
    by: "The mode of the file in the image.",
  },
  labels: {
    question: "Do the image's labels say what the program says?",
    why: "Labels are written by hand or by a pipeline, and not by the compiler.",
    by: "Labels of the revision and of Go's version, and the build information.",
  },
  created: {
    question: "Do the times fit together?",
    why: "An image that was made before its commit holds something else. Equal times prove nothing.",
    by: "created of the image, its labels, and vcs.time, with tolerance; never mtime.",
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
