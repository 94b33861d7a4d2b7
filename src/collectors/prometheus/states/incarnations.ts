import type { Slot } from './metric.ts';
import { lastNumber, sight, type Span } from './read.ts';
import { seriesOf, type Series, type Subject } from './store.ts';

/**
 * Pods, each under its uid. What was said of a name alone (kube-state-metrics 1.x, cAdvisor) is given to the pod of that name which was there at the time.
 * @param pods in the order of namespace, name and uid
 */
export function podsByUid(pods: readonly Subject[], span: Span): Subject[] {
  const byName = Map.groupBy(pods, ({ identity: [namespace, pod] }) => `${namespace}/${pod}`);
  return [...byName.values()].flatMap((same) => shared(same, span));
}

function shared(same: readonly Subject[], span: Span): readonly Subject[] {
  const nameless = same.find(({ identity }) => identity[2] === '');
  const named = same.filter((subject) => subject !== nameless);
  if (nameless === undefined || named.length === 0) return same;
  return inTurn(
    named.map((subject) => ({ subject, start: beginOf(subject, span) })),
    nameless,
  );
}

/** Subjects that followed each other, each with what is said of all of them until the next one began. */
function inTurn(lives: readonly { readonly subject: Subject; readonly start: number }[], nameless: Subject): Subject[] {
  const sorted = lives.toSorted((a, b) => a.start - b.start);
  return sorted.map(({ subject, start }, at) => joined(subject, nameless, at === 0 ? -Infinity : start, sorted[at + 1]?.start ?? Infinity));
}

/**
 * Nodes, each instance for itself: where names are made of addresses, a new one may get the name of one that has gone.
 * What does not say its instance is of the one that was there at the time.
 */
export function nodesByInstance(nodes: readonly Subject[], span: Span): Subject[] {
  return nodes.flatMap((node) => {
    const byInstance = Map.groupBy(seriesOf(node, 'info'), ({ labels }) => labels['provider_id']);
    const nameless = byInstance.get(undefined) ?? [];
    byInstance.delete(undefined);
    if (byInstance.size < 2) return [node];
    const rest: Subject = { identity: node.identity, slots: new Map<Slot, readonly Series[]>([...node.slots, ['info', nameless]]) };
    const lives = [...byInstance.values()].map((info) => {
      const subject: Subject = { identity: node.identity, slots: new Map([['info', info]]) };
      return { subject, start: sight(subject, span)?.start ?? span.end };
    });
    return inTurn(lives, rest);
  });
}

/** When a pod began: when it was created, else when it was first seen. */
export function beginOf(subject: Subject, span: Span): number {
  const created = lastNumber(subject, 'created', span);
  return created === null ? (sight(subject, span)?.start ?? span.start) : created * 1000;
}

/** What is said of a subject, and what is said of another one in [from, to). */
function joined(subject: Subject, other: Subject, from: number, to: number): Subject {
  const slots = new Map<Slot, readonly Series[]>(subject.slots);
  for (const [slot, series] of other.slots) {
    const own = slots.get(slot) ?? [];
    const within = series.flatMap(({ labels, runs }) => {
      const part = cut(runs, from, to);
      return part.length === 0 ? [] : [{ labels, runs: part }];
    });
    const kept = own.map((one) => ({
      labels: one.labels,
      runs: [...one.runs, ...within.filter(({ labels }) => labels === one.labels).flatMap(({ runs }) => runs)],
    }));
    slots.set(slot, [...kept, ...within.filter(({ labels }) => own.every((one) => one.labels !== labels))]);
  }
  return { identity: subject.identity, slots };
}

function cut(runs: readonly number[], from: number, to: number): number[] {
  const part: number[] = [];
  for (let at = 0; at + 2 < runs.length; at += 3) {
    const [first = 0, last = 0, value = 0] = [runs[at], runs[at + 1], runs[at + 2]];
    if (last >= from && first < to) part.push(Math.max(first, from), Math.min(last, to - 1), value);
  }
  return part;
}
