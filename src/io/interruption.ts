/** What is to be put away elsewhere when the run is interrupted: a query that a server would go on with, and ask money for. */
const pending = new Set<() => Promise<unknown>>();

/** How long a user who wants to stop is kept waiting, in milliseconds. */
const PATIENCE = 3000;

/** Has `act` run once if the run is interrupted from now on. @returns what takes that back */
export function onInterruption(act: () => Promise<unknown>): () => void {
  pending.add(act);
  return () => void pending.delete(act);
}

/** Runs all that was left for this, together; ends when that is done, or has taken too long. */
export async function interrupt(): Promise<void> {
  const acts = [...pending].map((act) => act());
  pending.clear();
  if (acts.length === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((done) => {
    timer = setTimeout(done, PATIENCE);
  });
  await Promise.race([Promise.allSettled(acts), late]);
  clearTimeout(timer);
}
