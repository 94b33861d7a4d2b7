import { addDays, dayPeriod } from '../../model/day.ts';
import { skewGaps } from '../clock-skew.ts';
import type { Day, Gap } from '../../model/facts.ts';
import { askedGaps, type Asked } from './asked.ts';
import type { Datadog } from './client.ts';
import { DatadogError } from './explain.ts';
import { halves, isMissing, metricOf, missingName, type Active } from './plan.ts';
import { countText, queryText, WINDOW_DAYS, type Question, type Slice } from './queries.ts';
import { between, joined, readSeries, type Series } from './series.ts';
import type { Span } from './span.ts';
import { surveyCluster, type ClusterOptions } from './survey.ts';

/** What is known of a question for a span. */
export interface Found {
  /** Undefined where Datadog has no such metric of this cluster. */
  readonly metric: string | undefined;
  readonly series: readonly Series[];
  readonly gaps: readonly Gap[];
}

const HOUR = 3_600_000;
const BUCKET = 300_000;
/** Milliseconds after which points no longer come in. */
const SETTLED = 900_000;

/** Too much at once: half of it may do. */
const TOO_MUCH = new Set([408, 413, 504]);

/** Asks Datadog about one cluster: a metric, window and group of namespaces a call. */
export class ClusterReader {
  readonly #client: Datadog;
  readonly #options: ClusterOptions;
  /** What it takes to read the rest, found out by the first part that has to be read. */
  #prepared: Promise<void> | undefined;
  #active: Active;
  #slices: readonly (Slice | undefined)[] = [undefined];
  #namespaces: readonly string[] = [];
  /** The newest window of each question and group. */
  readonly #windows = new Map<string, Span & { readonly answer: Asked }>();
  #samples = 0;

  constructor(client: Datadog, options: ClusterOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Points read so far. */
  get samples(): number {
    return this.#samples;
  }

  get slices(): readonly (Slice | undefined)[] {
    return this.#slices;
  }

  /** A clock that is wrong moves the end of the day that goes on. */
  clockGaps(day: Day): Gap[] {
    const { source, began } = this.#options;
    const goesOn = Date.parse(dayPeriod(day).end) > began.getTime();
    return goesOn ? skewGaps(source, this.#client.skew()) : [];
  }

  /** What there is of a day: all of it, or up to the last whole five minutes before the run began. */
  span(day: Day): Span {
    const { start, end } = dayPeriod(day);
    return { from: Date.parse(start), to: Math.min(Date.parse(end), Math.floor(this.#options.began.getTime() / BUCKET) * BUCKET) };
  }

  /** Plans the calls for this day and all later ones, and says so before they are made. @throws UserError where the budget is less */
  async prepare(day: Day): Promise<void> {
    this.#prepared ??= this.#plan(day);
    await this.#prepared;
  }

  /** Answers a question for a day. @param margin seconds before and after the day that are wanted too */
  async ask(question: Question, day: Day, slice: Slice | undefined, margin = 0): Promise<Found> {
    await this.prepare(day);
    const { from, to } = this.span(day);
    const span = { from: from - margin * 1000, to: to + margin * 1000 };
    const metric = metricOf(question, this.#active);
    if (metric === undefined)
      return { metric, series: [], gaps: this.#active !== undefined && isMissing(question, this.#active) ? [this.#missing(question)] : [] };
    const asked = await (question.per === 'window' ? this.#window(question, span, slice) : this.#candidates(question, span, slice));
    const series = between(asked.series, span.from, span.to);
    const gaps = [
      ...(asked.series.length === 0 && asked.unread.length === 0 && this.#active === undefined && question.optional !== true ? [this.#missing(question)] : []),
      ...askedGaps(asked, this.#options.source, span),
    ];
    return { metric: series.length === 0 ? undefined : asked.metric, series, gaps };
  }

  /** Answers a question for a day over all groups of namespaces, where the answers are small. */
  async askAll(question: Question, day: Day): Promise<Found> {
    await this.prepare(day);
    const all: Found[] = [];
    for (const slice of question.sliced ? this.#slices : [undefined]) all.push(await this.ask(question, day, slice));
    return {
      metric: all.find(({ metric }) => metric !== undefined)?.metric,
      series: all.flatMap(({ series }) => series),
      gaps: all.flatMap(({ gaps }) => gaps),
    };
  }

  /**
   * How many series an answer lacks: compares each of its points with how many series Datadog counts there.
   * Undefined where it does not count.
   */
  async lacking(question: Question, day: Day, slice: Slice | undefined, { metric, series }: Found): Promise<number | undefined> {
    if (metric === undefined) return undefined;
    const { from, to } = this.span(day);
    const [counts] = await this.#counted(countText(question, metric, this.#options.cluster, slice), question.step, from, to);
    if (counts === undefined) return undefined;
    const here = new Map<number, number>();
    for (const { times } of series) for (const time of times) here.set(time, (here.get(time) ?? 0) + 1);
    let most = 0;
    // What came in between the two calls is no lack.
    const settled = this.#options.began.getTime() - SETTLED;
    for (const [at, time] of counts.times.entries()) if (time < settled) most = Math.max(most, (counts.values[at] ?? 0) - (here.get(time) ?? 0));
    return most;
  }

  /** Halves a group of namespaces, for the rest of the run. Undefined where it is one namespace. */
  halve(slice: Slice | undefined, seen: readonly string[]): [Slice, Slice] | undefined {
    const halved = halves(slice, [...new Set([...this.#namespaces, ...seen])]);
    if (halved !== undefined) this.#slices = this.#slices.flatMap((one) => (one === slice ? halved : [one]));
    return halved;
  }

  async #plan(day: Day): Promise<void> {
    const { active, slices, namespaces } = await surveyCluster(
      this.#client,
      this.#options,
      this.#options.days.filter((one) => one >= day),
      (one) => this.span(one),
    );
    this.#active = active;
    this.#slices = slices;
    this.#namespaces = namespaces;
  }

  async #window(question: Question, span: Span, slice: Slice | undefined): Promise<Asked> {
    const key = JSON.stringify([question.metrics, question.by, question.tags, slice]);
    const held = this.#windows.get(key);
    if (held !== undefined && held.from <= span.from && held.to >= span.to) return held.answer;
    const last = this.#options.days.at(-1);
    const end = last === undefined ? span.to : this.span(last).to;
    const window = { from: span.from, to: Math.min(end, Math.max(span.to, windowEnd(span.from))) };
    const answer = await this.#candidates(question, window, slice);
    this.#windows.set(key, { ...window, answer });
    return answer;
  }

  /** Of several metrics that say the same, the first that has data. */
  async #candidates(question: Question, span: Span, slice: Slice | undefined): Promise<Asked> {
    const known = metricOf(question, this.#active);
    const metrics = this.#active === undefined || known === undefined ? question.metrics : [known];
    for (const metric of metrics) {
      const asked = await this.#halving(question, metric, span, slice);
      if (asked.series.length > 0 || asked.unread.length > 0 || asked.refused.length > 0) return { ...asked, metric };
    }
    return { metric: undefined, series: [], refused: [], unread: [] };
  }

  /** One call; where Datadog gives up, or makes the interval longer than was asked for, two for the halves of the time. */
  async #halving(question: Question, metric: string, span: Span, slice: Slice | undefined): Promise<Asked> {
    const text = queryText(question, metric, this.#options.cluster, slice);
    const step = question.step * 1000;
    const isSmall = span.to - span.from <= Math.max(HOUR, 2 * step);
    try {
      const { series, interval, refused } = await this.#once(text, question.step, span.from, span.to);
      if (interval <= question.step) return { metric, series, refused, unread: [] };
      const reason = `Datadog answers with one point in ${interval} s, not in ${question.step} s`;
      if (isSmall) return { metric, series: [], refused: [], unread: [{ ...span, metric, reason }] };
    } catch (error) {
      if (isSmall || !(error instanceof DatadogError) || !TOO_MUCH.has(error.status)) throw error;
    }
    const middle = Math.ceil((span.from + span.to) / 2 / step) * step;
    const halved = [
      await this.#halving(question, metric, { from: span.from, to: middle }, slice),
      await this.#halving(question, metric, { from: middle, to: span.to }, slice),
    ];
    return {
      metric,
      series: joined(halved.map(({ series }) => series)),
      refused: halved.flatMap(({ refused }) => refused),
      unread: halved.flatMap(({ unread }) => unread),
    };
  }

  /** Where it is too much to count, it is not counted. */
  async #counted(text: string, step: number, from: number, to: number): Promise<readonly Series[]> {
    try {
      return (await this.#once(text, step, from, to)).series;
    } catch (error) {
      if (error instanceof DatadogError && TOO_MUCH.has(error.status)) return [];
      throw error;
    }
  }

  async #once(text: string, step: number, from: number, to: number): Promise<ReturnType<typeof readSeries>> {
    const answer = readSeries(await this.#client.query(from / 1000, to / 1000, text), step);
    this.#samples += answer.series.reduce((sum, { times }) => sum + times.length, 0);
    return { ...answer, series: between(answer.series, from, to) };
  }

  #missing(question: Question): Gap {
    return { code: 'missing-metric', source: this.#options.source, metric: missingName(question, this.#active), unknown: question.unknown };
  }
}

function windowEnd(from: number): number {
  return Date.parse(addDays(new Date(from).toISOString().slice(0, 10) as Day, WINDOW_DAYS));
}
