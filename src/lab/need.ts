/** What a scenario may need of the machine, and how to get it where it is missing. */
export const NEEDS = {
  linux: "run the lab on Linux (a virtual machine or a container will do)",
  go: "install Go 1.24 or newer (https://go.dev/dl) and put it on the PATH",
  "go-sdk": "run the lab from a checkout of hotpod, which holds the Go SDK (sdk/go)",
  git: "install git (Debian: apt-get install git)",
  cgo: "install a C compiler (Debian: apt-get install gcc libc6-dev)",
  namespaces:
    "run as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1), with util-linux installed",
  "net-namespaces":
    "run as root, or allow user namespaces, on Linux 5.14 or newer with util-linux and /proc/sys writable",
  root: "run the lab as root, with more users than root",
  "second-fs": "give the lab another writable file system, such as /dev/shm",
  chroot: "install GNU coreutils (Debian: apt-get install coreutils)",
  flock: "install util-linux (Debian: apt-get install util-linux)",
  inotifywait: "install inotify-tools (Debian: apt-get install inotify-tools)",
  bash: "install bash (Debian: apt-get install bash)",
  python3: "install Python 3 (Debian: apt-get install python3)",
  dash: "install dash (Debian: apt-get install dash)",
  nginx: "install nginx (Debian: apt-get install nginx-light)",
  tini: "install tini (Debian: apt-get install tini)",
  "dumb-init": "install dumb-init (Debian: apt-get install dumb-init)",
  catatonit: "install catatonit (Debian: apt-get install catatonit)",
  "seccomp-notify":
    "run on Linux 5.14 or newer on amd64 or arm64, where the container's seccomp profile allows seccomp(2)",
  vim: "install vim (Debian: apt-get install vim)",
  air: "install air (go install github.com/air-verse/air@latest)",
  reflex: "install reflex (go install github.com/cespare/reflex@latest)",
  CompileDaemon: "install CompileDaemon (go install github.com/githubnemo/CompileDaemon@latest)",
  nodemon: "install nodemon (npm install --global nodemon)",
  entr: "install entr (Debian: apt-get install entr)",
} as const;

export type Need = keyof typeof NEEDS;

export const NEED_NAMES = Object.keys(NEEDS) as readonly Need[];
