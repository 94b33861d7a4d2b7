import { z } from 'zod';
import { IDLE_MODES, WEIGHTS } from '../../model/cost/allocation-settings.ts';
import { money } from './facts.schema.ts';

const cluster = z.string().describe('Name of the cluster');

const clusterCost = z.strictObject({
  cluster,
  cost: money('All that is known to be of the cluster'),
  allocated: money('Of workloads'),
  shared: money('Serves several workloads'),
  idle: z
    .strictObject({
      'system-reserved': money('What kubelets keep from pods'),
      unallocatable: money('What no pod could be put on'),
      schedulable: money('Where pods that fit could have run'),
    })
    .describe('What nobody used of its nodes'),
  otherIdle: money("Idle whose kind is not known: what the bill's own split leaves of a node that no source knows, volumes that nobody uses"),
  observed: z.number().nullable().describe('Share of the hours of its nodes that somebody observed; null: none was'),
});

const costs = z
  .strictObject({
    'aws-9to1': money('A core counts as nine GiB').nullable(),
    opencost: money('A core counts as 7.46 GiB').nullable(),
    fitted: money('As fits the prices of the nodes; null: these cannot be told apart').nullable(),
  })
  .describe('What it is allocated of nodes by each of the weights');

export const allocation = z.strictObject({
  weights: z.enum(WEIGHTS).describe('What a core counts beside a GiB'),
  idle: z.enum(IDLE_MODES).describe('Where the cost goes of what nobody used'),
  instead: z
    .enum(['one-type', 'collinear', 'not-positive'])
    .nullable()
    .describe('Why the weights could not be had, and those of AWS stand instead; null: they are those asked for'),
  clusters: z.array(clusterCost).describe('Dearest first'),
  sensitivity: z
    .array(z.strictObject({ cluster, namespace: z.string().describe('Name of the namespace'), costs }))
    .describe('How much hangs on the weights, dearest first'),
  unread: z.array(z.string()).describe('Clusters of the bill that no source reads'),
  unobservedBefore: z
    .array(z.string())
    .describe('Clusters of which something was observed in the period, and nothing in the one before: what their namespaces cost then is not known'),
});
