/** What a new connection to the service's address meets. */
export type ListenerMode =
  /** Nothing is bound. */
  | "closed"
  /** Bound, and nobody accepts: it waits, and is served if that changes in time. */
  | "queueing"
  | "ok"
  /** Answered, with 503. */
  | "5xx"
  /** Accepted or not, no answer comes, and none will. */
  | "silent";

export interface Meeting {
  readonly mode: ListenerMode;
  /** Why, where it is not well: `start`, `swap`, `build`, `hang`, … */
  readonly cause: string | null;
}
