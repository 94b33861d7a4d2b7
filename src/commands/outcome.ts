/** How a command ended. `main.ts` turns it into an exit code. */
export type Outcome = 'done' | 'gaps' | 'condition-met';
