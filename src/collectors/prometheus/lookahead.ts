/** Work in a known order, of which some is begun before it is asked for: while one piece is written, the next is read. */
export class Lookahead<Result> {
  readonly #work: readonly (() => Promise<Result>)[];
  readonly #ahead: number;
  readonly #begun = new Map<number, Promise<Result>>();

  constructor(work: readonly (() => Promise<Result>)[], ahead: number) {
    this.#work = work;
    this.#ahead = ahead;
  }

  /** The result of a piece; the next ones are begun. Those before it are forgotten. */
  async take(at: number): Promise<Result> {
    for (const earlier of this.#begun.keys()) if (earlier < at) this.#begun.delete(earlier);
    const result = this.begin(at);
    if (result === undefined) throw new RangeError(`no piece ${at}`);
    for (let next = at + 1; next <= at + this.#ahead; next += 1) void this.begin(next);
    return result;
  }

  /** Begins a piece that will be asked for soon. */
  begin(at: number): Promise<Result> | undefined {
    const begun = this.#begun.get(at);
    const work = this.#work[at];
    if (begun !== undefined || work === undefined) return begun;
    const result = work();
    // Nobody may ever ask for it.
    result.catch(() => {});
    this.#begun.set(at, result);
    return result;
  }
}
