import type { Money, Period } from '../facts.ts';
import type { NodePart } from './allocation/explain-nodes.ts';
import type { CostMetric, CostRow } from './cost-report.ts';

/** A figure of a report, down to the rows of the bill (`tonnage report --explain`). */
export interface CostExplanation {
  readonly kind: 'CostExplanation';
  readonly schemaVersion: 1;
  /** As it was asked. */
  readonly what: string;
  readonly period: Period;
  readonly currency: string;
  readonly costMetric: CostMetric;
  readonly cost: Money;
  /** What it is the sum of, with `othersCost`: dearest first. */
  readonly figures: readonly ExplainedFigure[];
  readonly others: number;
  readonly othersCost: Money;
}

/** A finest row of the report. */
export interface ExplainedFigure extends Omit<CostRow, 'previousCost' | 'change'> {
  /** Where it is a part of what nodes cost: the nodes that it is mostly of, and how its part of each was found. All of the workload, whatever the charge. */
  readonly nodes: readonly NodePart[];
  /** Rows of the bill behind it, dearest first. Of a part of a charge these are the rows that were split, whole. */
  readonly bill: readonly ExplainedBillRow[];
  /** How many there are, and what all of them cost. */
  readonly billRows: number;
  readonly billCost: Money;
}

export interface ExplainedBillRow {
  /** FOCUS ResourceId, SkuMeter, ChargeDescription. */
  readonly resource: string | null;
  readonly meter: string | null;
  readonly description: string | null;
  readonly start: string;
  readonly end: string;
  readonly quantity: number | null;
  readonly unit: string | null;
  /** How many rows of the bill it is. */
  readonly rows: number;
  readonly cost: Money;
  /** Among how many users it is shared evenly. */
  readonly parts: number;
}
