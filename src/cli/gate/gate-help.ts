export const gateHelp = (): string => `Is this program, in this image, built from this source?

  hotpod gate [--binary FILE] [--image PATH] [--source FOLDER] [flags] [-- FLAGS OF GO BUILD]

Input
  --binary FILE            the Go program (ELF); without it the one in the image
  --image PATH             the image it is in: an OCI layout (a folder or .tar), or the archive of docker save
  --path /app/api          the program in the image; without it the image's entrypoint
  --source FOLDER          the Go module it has to be built from: git, go.mod, go.sum, go mod verify
  --revision COMMIT        the commit it has to be, where there is no .git; instead of HEAD
  --platform OS/ARCH       what it is to run on: linux/amd64, linux/arm/v7
  --rebuild                build it again with the settings it names, and compare byte by byte; flags that -trimpath hides,
                           such as -ldflags, stand after --
  --stale                  also tell what go list says of .Stale, and what that means; it never decides

Output
  --format text|json|sarif|junit|github      --out FILE      --color
  --all                    also the values of what agrees
  --fail-on error|warning|never              when the exit code is 1 (error)

What was asked and cannot be compared fails as well: a gate must not take silence for agreement. Nothing is written into the
sources; the reference build goes to a temporary folder. The network is used only where go itself needs it.

Exit codes: 0 all that was asked agrees, 1 something does not or could not be compared, 2 misuse, 3 a fault of hotpod's own.`;
