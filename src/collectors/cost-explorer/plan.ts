import { UserError } from '../../io/errors.ts';
import type { Context } from '../types.ts';
import type { CostExplorerSettings } from './settings.ts';
import { priceOf, requestsFor, type Spending } from './spending.ts';

/** Pages beyond the plan that come with what was agreed to: as many as planned, and this many. */
const MORE = 10;

/** What is about to be sent. */
export interface Plan {
  readonly requests: number;
  /** Requests that will be needed after these, at least: who does not agree to them need not pay for the first. */
  readonly further?: number;
  /** What the requests are for. */
  readonly purpose: string;
}

/**
 * Says what is about to be sent and what it costs, and that it may: by the budget of the source, by --yes, or because somebody at the terminal says so.
 * @throws UserError where nobody has agreed
 */
export async function agree(
  { requests, further = 0, purpose }: Plan,
  { budget }: Pick<CostExplorerSettings, 'budget'>,
  { source, io, maySpend }: Context,
  spending: Spending,
): Promise<void> {
  const total = spending.sent + requests + further;
  const plan = `${requests === 1 ? '1 request' : `${requests} requests`} to AWS Cost Explorer (${priceOf(requests)}, more where answers have further pages), ${purpose}`;
  const inBudget = requestsFor(budget);
  if (total <= inBudget) {
    spending.allow(inBudget);
  } else {
    if (!maySpend && !(await io.output.confirm?.(`${source}: ${plan}: send ${requests === 1 ? 'it' : 'them'}?`))) {
      const enough = `${further > 0 ? 'from ' : ''}\`budget: ${(total / 100).toFixed(2)}\``;
      throw new UserError(`${source} would send ${plan}`, `--yes agrees to it; ${enough} in this source agrees to so much for every run`);
    }
    spending.allow(Math.max(inBudget, 2 * total + MORE));
  }
  io.output.warn(`${source}: sending ${plan}`);
}
