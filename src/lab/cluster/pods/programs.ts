/** Shell programs of pods. They need an image with sh, sleep, httpd and wget, such as busybox. */
import { PORT } from "#lab/cluster/pod-manifest.js";

/** From here on SIGTERM ends it at once and well, as PID 1 does nothing of itself. */
export const POLITE = "trap 'exit 0' TERM";
/** Lets a signal come through, which a shell that waits for a program in the foreground does not. */
export const pause = (seconds: number): string => `sleep ${seconds} & wait $!`;
export const FOREVER = pause(100_000);
/** Answers / with 200, and /healthz while that file is there. */
export const SERVE = `httpd -f -p ${PORT} -h /tmp & server=$!`;
export const PAGES = "echo ok >/tmp/index.html; echo ok >/tmp/healthz";
