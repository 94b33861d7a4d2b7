import { z } from 'zod';
import { SourceName } from '../source-name.ts';

/** The months that Cost Explorer keeps by day: this one and 13 before it. With multi-year data switched on it keeps 38, by month. */
export const DAILY_MONTHS = 14;
const MOST_MONTHS = 38;

/** The services whose reservations are asked for: each is a request of its own. https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetReservationUtilization.html */
const RESERVED = ['Amazon Elastic Compute Cloud - Compute', 'Amazon Relational Database Service', 'Amazon ElastiCache'];

const account = z.string().regex(/^\d{12}$/, 'expected the 12 digits of an AWS account, as text: "012345678901"');

export const CostExplorerSettings = z.strictObject({
  kind: z
    .literal('cost-explorer')
    .describe('AWS Cost Explorer: daily costs by service without a Cost and Usage Report, forecast, commitments, comparisons. AWS charges $0.01 a request'),
  name: SourceName.optional().describe('name of this source in reports; default: its kind'),
  profile: z.string().min(1).optional().describe('profile of the AWS files; default: AWS_PROFILE, and credentials as every AWS tool finds them'),
  region: z.string().min(1).default('us-east-1').describe('where Cost Explorer answers: us-east-1, or cn-northwest-1 for accounts in China'),
  budget: z.number().min(0).default(0).describe('USD that a run may spend on requests without being asked (or --yes)'),
  history: z
    .int()
    .min(1)
    .max(MOST_MONTHS)
    .default(DAILY_MONTHS)
    .describe('months to read, with the current one, where none is asked for; beyond 14 only if multi-year data is switched on'),
  bill: z
    .boolean()
    .default(true)
    .describe('whether costs are read; a Cost and Usage Report of the same accounts tells more, and is only compared with them: `false` saves these requests'),
  accounts: z
    .union([z.enum(['together', 'separate']), z.array(account).min(1)])
    .default('together')
    .describe('whether costs are told apart by account: `together` is one request a month, `separate` (all) or a list is one more for each account'),
  usageTypes: z
    .array(z.string().min(1))
    .default([])
    .describe('services whose costs are told apart by usage type, such as "EC2 - Other": one more request a month (and account) for each'),
  billingAccount: account.optional().describe('the account that is billed (the payer): Cost Explorer does not say which'),
  also: z
    .array(z.enum(['forecast', 'commitments', 'comparisons']))
    .default(['forecast', 'commitments', 'comparisons'])
    .describe('what else is read: AWS’ own forecast, use of Savings Plans and reservations, what drives the change from month to month'),
  reservations: z
    .array(z.string().min(1))
    .default(RESERVED)
    .describe('services whose reservations are read, as Cost Explorer names them: two requests a month for each'),
});
export type CostExplorerSettings = z.output<typeof CostExplorerSettings>;
