import { z } from 'zod';
import { money, month } from './facts.schema.ts';

const code = <Code extends string>(name: Code) => z.literal(name).describe('What is not known');
const cluster = z.string().describe('Name of the cluster');
const nodes = z.int().positive().describe('How many');
const example = z.string().describe('One of them');

/** What cannot be said of clusters. */
export const allocationGaps = [
  z.strictObject({ code: code('unread-cluster'), cluster }).describe('A cluster of the bill that no source reads'),
  z
    .strictObject({ code: code('unknown-cluster'), cluster })
    .describe('A rule shares costs in a cluster that neither the bill nor a source has: it was not followed'),
  z
    .strictObject({ code: code('unknown-nodes'), cluster, month, nodes, example, cost: money('What they cost') })
    .describe('Instances of a cluster in the bill that no source saw as nodes: split as its other nodes are'),
  z.strictObject({ code: code('unbilled-nodes'), cluster, nodes, example }).describe('Nodes with pods of which the bill has no instance'),
  z
    .strictObject({ code: code('unobserved'), cluster, month, cost: money('What its nodes cost that is not split') })
    .describe('A cluster of which less than a day of the month was observed'),
  z.strictObject({ code: code('unknown-size'), cluster, nodes, example }).describe('Nodes whose size is not known: no idle is told of them'),
  z
    .strictObject({ code: code('unsplit-gpus'), cluster, nodes, example })
    .describe('Nodes whose GPUs are split by CPU and memory: nobody knows what pods ask for'),
  z
    .strictObject({ code: code('unmeasured-pods'), pods: z.int().positive().describe('How many') })
    .describe('Pods that nothing is known of, and that cost nothing'),
  z
    .strictObject({ code: code('unfitted-weights'), month, why: z.enum(['one-type', 'collinear', 'not-positive']).describe('Why') })
    .describe('No prices of a core and a GiB could be found in the bill'),
] as const;
