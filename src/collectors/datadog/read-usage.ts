import type { Sql } from '../../io/sql.ts';
import { dayPeriod } from '../../model/day.ts';
import type { Day } from '../../model/facts.ts';
import type { ClusterReader } from './cluster-reader.ts';
import type { Findings } from './findings.ts';
import { USAGE, type Question, type Slice } from './queries.ts';
import type { Series } from './series.ts';
import { timestamp } from './span.ts';
import type { ClusterOptions } from './survey.ts';
import { unnamed, usageBlocks, type UsageBlock } from './usage.ts';

export interface Work {
  readonly reader: ClusterReader;
  readonly options: ClusterOptions;
  readonly sql: Sql;
  readonly host: string;
}

/** Asks for the usage of a day, group of namespaces by group, and makes sure that no series was left out. */
export async function* readUsage(work: Work, day: Day, findings: Findings): AsyncGenerator<UsageBlock> {
  await work.reader.prepare(day);
  for (const slice of work.reader.slices) yield* usageOf(work, day, findings, slice);
}

async function* usageOf(work: Work, day: Day, findings: Findings, slice: Slice | undefined): AsyncGenerator<UsageBlock> {
  const { reader, options } = work;
  const cpu = { ...USAGE.cpuMean, step: options.resolution };
  const found = await reader.ask(cpu, day, slice);
  const lacking = await reader.lacking(cpu, day, slice, found);
  if (lacking !== undefined && lacking > 0) {
    const halved = reader.halve(slice, namespacesOf(found.series));
    if (halved !== undefined) {
      for (const half of halved) yield* usageOf(work, day, findings, half);
      return;
    }
    const span = reader.span(day);
    const reason = `Datadog leaves out ${lacking} of the series of ${sliceName(slice)}`;
    const period = { start: timestamp(span.from), end: timestamp(span.to) };
    findings.gaps.push({ code: 'unread-period', source: options.source, what: cpu.metrics[0], period, reason });
  }
  const span = reader.span(day);
  const ask = async (question: Question): Promise<readonly Series[]> => findings.add(await reader.ask(question, day, slice), question.step, span);
  const answers = {
    cpuMean: findings.add(found, cpu.step, span),
    cpuMax: await ask(USAGE.cpuMax),
    cpuCount: await ask({ ...USAGE.cpuCount, step: options.resolution }),
    memory: await ask(USAGE.memory),
    periods: await ask(USAGE.periods),
    throttled: await ask(USAGE.throttled),
  };
  if (answers.periods.length > 0 && answers.throttled.length > 0) findings.capabilities.add('throttling');
  const lost = unnamed(answers.cpuMean);
  if (lost > 0) {
    findings.gaps.push({
      code: 'missing-metric',
      source: options.source,
      metric: `${found.metric ?? cpu.metrics[0]} by pod_name and kube_container_name`,
      unknown: `which container of which pod ${lost} of ${answers.cpuMean.length} series of CPU usage are of (DD_CHECKS_TAG_CARDINALITY=orchestrator tells it)`,
    });
  }
  yield* usageBlocks(answers, { from: span.from, end: Date.parse(dayPeriod(day).end) }, options.resolution);
}

function sliceName(slice: Slice | undefined): string {
  if (slice === undefined) return 'the cluster';
  return `${slice.others ? 'all namespaces but' : 'namespace'} ${slice.namespaces.join(', ')}`;
}

function namespacesOf(series: readonly Series[]): string[] {
  return series.flatMap(({ tags }) => tags['kube_namespace'] ?? []);
}
