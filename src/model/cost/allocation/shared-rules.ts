import type { CostLine } from '../cost-line.ts';
import { matches, type MatchRule } from '../owner.ts';
import { shareInCluster, shareOverClusters, type NodeCost, type SharedMethod, type SharersOf } from './shared.ts';

/** Which charges are shared. One of a list is enough; `*` stands for anything. */
export interface SharedMatch extends MatchRule {
  /** FOCUS SkuMeter, such as `*NatGateway*`. */
  readonly meter?: readonly string[] | undefined;
  /** FOCUS ResourceId, such as `*:log-group:/eks/production/*`. */
  readonly resource?: readonly string[] | undefined;
}

/** Charges that serve several workloads, and how these share them. */
export interface SharedRule extends SharedMethod {
  readonly match: SharedMatch;
  /** Whose workloads share them; undefined: of charges that are of no cluster all clusters', by what their nodes cost. */
  readonly cluster?: string | undefined;
}

/** A charge that may be shared, and for each rule whether its meter and resource, which a line does not have, are such as the rule asks for. */
export interface SharedCandidate {
  readonly line: CostLine;
  readonly applies: readonly boolean[];
}

/** What the clusters have that share. */
export interface Sharing {
  readonly clusters: readonly string[];
  readonly nodeCost: NodeCost;
  readonly sharersOf: SharersOf;
}

/** What is of a cluster and of no rule: its control plane, disks of its nodes, its log groups. */
const DEFAULT: SharedMethod = { method: 'proportional' };

/**
 * A charge by the first rule that matches it. What is of a cluster is shared by its own workloads, never by those of another; without a rule by what else they
 * cost. What is of no cluster and no rule stays as it is, as do taxes, credits, unused commitments and lines of unknown types: they are what they are.
 */
export function sharedLines({ line, applies }: SharedCandidate, rules: readonly SharedRule[], sharing: Sharing): CostLine[] {
  const own = line.use?.cluster;
  const rule = rules.find(
    ({ match, cluster }, at) => applies[at] === true && (own === undefined || cluster === undefined || cluster === own) && matches(line, match),
  );
  if (own !== undefined) return shareInCluster(line, own, sharing.sharersOf(line.month, own), rule ?? DEFAULT);
  if (rule === undefined || !isShareable(line)) return [line];
  if (rule.cluster !== undefined) return shareInCluster(line, rule.cluster, sharing.sharersOf(line.month, rule.cluster), rule);
  return shareOverClusters(line, sharing.clusters, sharing.nodeCost, sharing.sharersOf, rule);
}

function isShareable({ category, known, unused }: CostLine): boolean {
  return known && !unused && category !== 'Tax' && category !== 'Credit';
}
