import { tagKey } from '../tag-key.ts';
import type { CostLine } from './cost-line.ts';

/** All that is given must match; one of a list is enough; `*` stands for anything. */
export interface MatchRule {
  readonly account?: readonly string[] | undefined;
  readonly service?: readonly string[] | undefined;
  readonly region?: readonly string[] | undefined;
  readonly provider?: readonly string[] | undefined;
  readonly cluster?: readonly string[] | undefined;
  readonly namespace?: readonly string[] | undefined;
  /** As in `Deployment/api`, or only `api`. */
  readonly workload?: readonly string[] | undefined;
  /** Name of an ALB, an NLB or a classic load balancer. */
  readonly loadBalancer?: readonly string[] | undefined;
  /** Of the workload's pods. */
  readonly label?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly tag?: Readonly<Record<string, readonly string[]>> | undefined;
}

export interface OwnerRule {
  readonly owner: string;
  readonly match: MatchRule;
}

/** The owner of a charge: the first rule that matches it; null if none does. */
export function ownerOf(line: CostLine, rules: readonly OwnerRule[]): string | null {
  return rules.find(({ match }) => matches(line, match))?.owner ?? null;
}

/** The tags that the rules ask for, by `tagKey`. */
export function tagsOf(rules: readonly Pick<OwnerRule, 'match'>[]): string[] {
  return [...new Set(rules.flatMap(({ match }) => Object.keys(match.tag ?? {}).map(tagKey)))].toSorted();
}

/** The labels that the rules ask for, as Kubernetes spells them. */
export function labelsOf(rules: readonly Pick<OwnerRule, 'match'>[]): string[] {
  return [...new Set(rules.flatMap(({ match }) => Object.keys(match.label ?? {})))].toSorted();
}

/** Whether a rule matches a charge. */
export function matches(line: CostLine, { account, service, region, provider, cluster, namespace, workload, loadBalancer, label, tag }: MatchRule): boolean {
  const tags = Object.entries(tag ?? {});
  const labels = Object.entries(label ?? {});
  const { use } = line;
  return (
    oneOf(account, line.account) &&
    oneOf(service, line.service) &&
    oneOf(region, line.region) &&
    oneOf(provider, line.provider) &&
    oneOf(cluster, use?.cluster ?? null) &&
    oneOf(namespace, use?.namespace ?? null) &&
    (oneOf(workload, use?.workload ?? null) || oneOf(workload, use?.workload?.split('/').at(-1) ?? null)) &&
    oneOf(loadBalancer, line.loadBalancer) &&
    labels.every(([key, values]) => oneOf(values, use?.labels[key] ?? null)) &&
    tags.every(([key, values]) => oneOf(values, line.tags[tagKey(key)] ?? null))
  );
}

function oneOf(patterns: readonly string[] | undefined, value: string | null): boolean {
  if (patterns === undefined) return true;
  return value !== null && patterns.some((pattern) => like(pattern, value));
}

function like(pattern: string, value: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === value;
  const last = rest.pop() ?? '';
  if (!value.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = value.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return value.length - last.length >= at && value.endsWith(last);
}
