import { UserError } from '../../io/errors.ts';

/** What AWS charges for a request to Cost Explorer's API, and for each further page of an answer. https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/ (read 2026-11) */
const CENTS_A_REQUEST = 1;

/** `$0.14` */
export function priceOf(requests: number): string {
  return `$${((requests * CENTS_A_REQUEST) / 100).toFixed(2)}`;
}

export function requestsFor(usd: number): number {
  return Math.floor((usd * 100) / CENTS_A_REQUEST + 1e-6);
}

/** Counts requests as they are sent. Pages are requests that no plan can know of: they may not run away. */
export class Spending {
  #allowed = 0;
  #sent = 0;

  /** What may be sent in all, from now on. */
  allow(requests: number): void {
    this.#allowed = Math.max(this.#allowed, requests);
  }

  get sent(): number {
    return this.#sent;
  }

  /** Before each request. @throws UserError where the next would be beyond what was agreed to */
  count(): void {
    if (this.#sent >= this.#allowed) {
      throw new UserError(
        `answers have more pages than planned: ${this.#sent} requests (${priceOf(this.#sent)}) were sent, and no more were agreed to`,
        `run again with --yes, or set a larger \`budget\` in this source; what was read is kept`,
      );
    }
    this.#sent += 1;
  }
}
