/** What `attempt` answers, or `otherwise` where the system refuses it: files come and go, and may be other users'. */
export function orIfRefused<T>(attempt: () => T, otherwise: T): T {
  try {
    return attempt();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return otherwise;
  }
}
