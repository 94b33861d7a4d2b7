import type { Io } from '../io/io.ts';
import type { ChargeColumn } from '../model/cost/charge.ts';
import type { InputFile, Month, Part, SourceId } from '../model/facts.ts';
import type { PolicyStatement } from './aws-policy.ts';

/** Reads one source, and never writes to it. Only a collector knows its vendor's shapes. */
export interface Collector<Settings> {
  /** The least it must be allowed to read; `doctor` checks it and the docs print it. */
  readonly permissions: readonly Permission[];
  /** The same as statements of an IAM policy, for a source in AWS. */
  policy?(settings: Settings): readonly PolicyStatement[];
  /** The parts that the source has for the window, oldest month first. A part is read when it is written. */
  collect(settings: Settings, window: Window, context: Context): AsyncIterable<Part>;
  /** What `doctor` says of the source, without reading it whole. */
  check(settings: Settings, context: Context): AsyncIterable<Check>;
}

export interface Context {
  readonly source: SourceId;
  readonly io: Io;
  /** When the run began: what is read as it is now, is read as of then, also where the run goes on after it was cut off. */
  readonly began: Date;
  /** Inputs that the snapshot was made from, as they were then: what is unchanged need not be opened to know its months. */
  readonly known: readonly InputFile[];
  /** What will be read of the charges: the rest may be left NULL. Undefined: all, for a snapshot that is kept. */
  readonly wanted?: Wanted | undefined;
  /** Undefined: one look. */
  readonly sampling?: Sampling | undefined;
  /** Whether the snapshot has the part as it would be read now: for a source that costs money, to know what it will be asked for. */
  readonly isCurrent: (part: Part) => boolean;
  /** Whether the user has agreed to what asking costs (`--yes`), where a source costs money. */
  readonly maySpend: boolean;
  /** A folder for what is only needed while collecting. */
  readonly scratch: string;
  /** A folder for what a run that was cut off need not fetch again: it is there until a run ends. */
  readonly downloads: string;
}

/** The part of the charges that one report reads. */
export interface Wanted {
  readonly columns: readonly ChargeColumn[];
  /** By `tagKey`. */
  readonly tags: readonly string[];
}

/** How a cluster that keeps no history is looked at, in seconds. */
export interface Sampling {
  readonly every: number;
  readonly during: number;
}

/** Months to collect, both included; undefined: from the first, to the last that there is. */
export interface Window {
  readonly first: Month | undefined;
  readonly last: Month | undefined;
}

export interface Permission {
  readonly what: string;
  readonly why: string;
}

export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** Something on this machine that could be a source. */
export interface Detection {
  /** For people: `kubeconfig context production`. */
  readonly found: string;
  /** The entry under `sources` that would read it. */
  readonly source: Readonly<Record<string, unknown>> & { readonly kind: string };
}

export type Detect = (io: Io) => Promise<readonly Detection[]>;
