import { z } from 'zod';

/** Cost Explorer's answers, of which only what is read. https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Operations_AWS_Cost_Explorer_Service.html */

const text = z.string().optional();
const DateInterval = z.object({ Start: z.string().regex(/^\d{4}-\d{2}-\d{2}/), End: z.string().regex(/^\d{4}-\d{2}-\d{2}/) });
const MetricValue = z.object({ Amount: z.string(), Unit: text });
const Metrics = z.record(z.string(), MetricValue);
const Attributes = z.record(z.string(), z.string()).default({});

export const CostAndUsage = z.object({
  NextPageToken: text,
  ResultsByTime: z.array(
    z.object({
      TimePeriod: DateInterval,
      Groups: z.array(z.object({ Keys: z.array(z.string()).min(1), Metrics })).default([]),
      Estimated: z.boolean().optional(),
    }),
  ),
});
export type CostAndUsage = z.output<typeof CostAndUsage>;

export const DimensionValues = z.object({ NextPageToken: text, DimensionValues: z.array(z.object({ Value: z.string(), Attributes })) });
export type DimensionValues = z.output<typeof DimensionValues>;

export const CostForecast = z.object({
  Total: MetricValue.optional(),
  ForecastResultsByTime: z.array(
    z.object({ TimePeriod: DateInterval, MeanValue: text, PredictionIntervalLowerBound: text, PredictionIntervalUpperBound: text }),
  ),
});
export type CostForecast = z.output<typeof CostForecast>;

const PlanUse = z.object({
  Utilization: z.object({ TotalCommitment: text, UsedCommitment: text }).optional(),
  Savings: z.object({ NetSavings: text, OnDemandCostEquivalent: text }).optional(),
});
export type PlanUse = z.output<typeof PlanUse>;

export const SavingsPlansUtilizationDetails = z.object({
  NextToken: text,
  SavingsPlansUtilizationDetails: z.array(PlanUse.extend({ SavingsPlanArn: text, Attributes })),
  Total: PlanUse.optional(),
});
export type SavingsPlansUtilizationDetails = z.output<typeof SavingsPlansUtilizationDetails>;

export const SavingsPlansCoverage = z.object({
  NextToken: text,
  SavingsPlansCoverages: z.array(z.object({ Coverage: z.object({ SpendCoveredBySavingsPlans: text, OnDemandCost: text, TotalCost: text }).optional() })),
});
export type SavingsPlansCoverage = z.output<typeof SavingsPlansCoverage>;

const ReservationUse = z.object({
  PurchasedHours: text,
  TotalActualHours: text,
  OnDemandCostOfRIHoursUsed: text,
  NetRISavings: text,
  TotalAmortizedFee: text,
  RICostForUnusedHours: text,
});
export type ReservationUse = z.output<typeof ReservationUse>;

export const ReservationUtilization = z.object({
  NextPageToken: text,
  UtilizationsByTime: z.array(z.object({ Groups: z.array(z.object({ Value: text, Attributes, Utilization: ReservationUse.optional() })).default([]) })),
  Total: ReservationUse.optional(),
});
export type ReservationUtilization = z.output<typeof ReservationUtilization>;

export const ReservationCoverage = z.object({
  NextPageToken: text,
  Total: z.object({ CoverageHours: z.object({ ReservedHours: text, TotalRunningHours: text }).optional() }).optional(),
});
export type ReservationCoverage = z.output<typeof ReservationCoverage>;

const Compared = z.record(z.string(), z.object({ BaselineTimePeriodAmount: text, ComparisonTimePeriodAmount: text, Difference: text, Unit: text })).default({});
export type Compared = z.output<typeof Compared>;

const Dimension = z.object({ Key: text, Values: z.array(z.string()).default([]) });
const Leaf = z.object({ Dimensions: Dimension.optional() });
/** What it is told of: one dimension, or several of which all hold. */
const Selector = Leaf.extend({ And: z.array(Leaf).optional() });
export type Selector = z.output<typeof Selector>;

export const CostComparisons = z.object({
  NextPageToken: text,
  CostAndUsageComparisons: z.array(z.object({ CostAndUsageSelector: Selector.optional(), Metrics: Compared })).default([]),
  TotalCostAndUsage: Compared,
});
export type CostComparisons = z.output<typeof CostComparisons>;

export const CostDrivers = z.object({
  NextPageToken: text,
  CostComparisonDrivers: z
    .array(
      z.object({
        CostSelector: Selector.optional(),
        Metrics: Compared,
        CostDrivers: z.array(z.object({ Type: text, Name: text, Metrics: Compared })).default([]),
      }),
    )
    .default([]),
});
export type CostDrivers = z.output<typeof CostDrivers>;
