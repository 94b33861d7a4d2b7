import { createHash } from 'node:crypto';
import { writeTableFile } from '../../io/table-file.ts';
import { CLUSTER_TABLES, type ClusterTable, type Row } from '../../model/cluster/tables.ts';
import { dayPeriod } from '../../model/day.ts';
import { WHOLE_DAY, type ClusterFacts, type ClusterPart, type Day } from '../../model/facts.ts';
import { eventRows } from './events.ts';
import { Findings } from './findings.ts';
import { ownersOf, podRows } from './pods.ts';
import { EVENTS, HPAS, NODES, PODS, POD, REPLICAS, REQUESTS, type Question } from './queries.ts';
import { readUsage, type Work } from './read-usage.ts';
import { keyOf, type Series } from './series.ts';
import { autoscalerRows, nodeRows, replicaRows } from './state.ts';
import { writeUsageFile } from './usage-file.ts';
import { workloadRows } from './workloads.ts';

/** It grows with every change of what is asked or how it is mapped: then all days are read again. */
const VERSION = 3;

const STEP = 300;

type Rows<Table extends RowTable> = Iterable<Row<Table>> | AsyncIterable<Row<Table>>;

interface Recipe<Table extends RowTable> {
  /** Seconds. */
  readonly resolution: number;
  readonly rows: (work: Work, day: Day, findings: Findings) => Rows<Table> | Promise<Rows<Table>>;
}

type RowTable = Exclude<ClusterTable, 'usage'>;

const HOUR = 3600;

/** How each table but `usage` is read. */
const RECIPES: { readonly [Table in RowTable]?: Recipe<Table> } = {
  events: { resolution: STEP, rows: events },
  pods: { resolution: HOUR, rows: pods },
  workloads: { resolution: HOUR, rows: workloads },
  replicas: { resolution: STEP, rows: replicas },
  nodes: { resolution: HOUR, rows: nodes },
  autoscalers: { resolution: STEP, rows: autoscalers },
};

/** The parts of the cluster, day by day. Nothing is asked before the first of them is written. */
export function* clusterParts(work: Work): Generator<ClusterPart> {
  const { reader, options, sql } = work;
  const days = options.days.filter((day) => reader.span(day).to > reader.span(day).from);
  const recipes = Object.entries(RECIPES) as [RowTable, Recipe<RowTable>][];
  const of = days.length * (recipes.length + 1);
  let at = 0;
  const part = (table: ClusterTable, day: Day, write: (file: string, findings: Findings) => Promise<ClusterFacts>): ClusterPart => {
    at += 1;
    return {
      table,
      source: options.source,
      cluster: options.cluster,
      day,
      slice: WHOLE_DAY,
      identity: identityOf(work, day),
      progress: () => undefined,
      counter: { what: 'points', count: () => reader.samples },
      position: { at, of },
      write: (file) => write(file, new Findings()),
    };
  };
  for (const day of days) {
    yield part('usage', day, async (file, findings) => {
      const rows = await writeUsageFile(sql, readUsage(work, day, findings), reader.span(day).from, file);
      findings.gaps.push(...reader.clockGaps(day));
      return findings.facts(rows, options.resolution);
    });
    for (const [table, { rows, resolution }] of recipes) {
      yield part(table, day, async (file, findings) => {
        const written = await writeTableFile(sql, CLUSTER_TABLES[table], await rows(work, day, findings), file);
        return findings.facts(written, resolution);
      });
    }
  }
}

/** A day that is over stays as it is; of the one that goes on there is more in every run. */
function identityOf({ options, host }: Work, day: Day): string {
  const { cluster, resolution, began } = options;
  const isOver = Date.parse(dayPeriod(day).end) <= began.getTime();
  return createHash('sha256')
    .update(JSON.stringify([VERSION, host, cluster, resolution, day, isOver ? 'over' : began.toISOString()]))
    .digest('hex');
}

async function* events({ reader }: Work, day: Day, findings: Findings): AsyncGenerator<Row<'events'>> {
  await reader.prepare(day);
  const span = reader.span(day);
  for (const slice of reader.slices) {
    const ask = async (question: Question): Promise<readonly Series[]> =>
      findings.add(await reader.ask(question, day, slice, question.step), question.step, span);
    const answers = { restarts: await ask(EVENTS.restarts), killedBefore: await ask(EVENTS.killedBefore), killedNow: await ask(EVENTS.killedNow) };
    if (answers.restarts.length > 0) findings.capabilities.add('restarts');
    yield* eventRows(answers, span);
  }
}

/** What is asked of pods and workloads both: a window is asked for once. */
async function all<Name extends string>(
  { reader }: Work,
  day: Day,
  findings: Findings,
  questions: Readonly<Record<Name, Question>>,
): Promise<Record<Name, readonly Series[]>> {
  const answers: [string, readonly Series[]][] = [];
  for (const [name, question] of Object.entries<Question>(questions)) {
    answers.push([name, findings.add(await reader.askAll(question, day), question.step, reader.span(day))]);
  }
  return Object.fromEntries(answers) as Record<Name, readonly Series[]>;
}

async function pods(work: Work, day: Day, findings: Findings): Promise<Row<'pods'>[]> {
  const { who, age } = await all(work, day, findings, PODS);
  const owners = ownersOf(who, age);
  const unowned = new Map(
    [...who, ...age].flatMap(({ tags }) => (tags['pod_name'] !== undefined && !owners.has(keyOf(tags, POD)) ? [[keyOf(tags, POD), tags] as const] : [])),
  );
  const [example] = unowned.values();
  if (example !== undefined) {
    const named = `${example['kube_namespace'] ?? ''}/${example['pod_name'] ?? ''}`;
    findings.gaps.push({ code: 'unknown-owner', source: work.options.source, pods: unowned.size, example: named });
  }
  return podRows(who, age, work.reader.span(day).to);
}

async function workloads(work: Work, day: Day, findings: Findings): Promise<Row<'workloads'>[]> {
  return workloadRows(await all(work, day, findings, { who: PODS.who, ...REQUESTS }));
}

async function replicas(work: Work, day: Day, findings: Findings): Promise<Row<'replicas'>[]> {
  const rows: Row<'replicas'>[] = [];
  for (const [kind, { tag, ...questions }] of Object.entries(REPLICAS)) {
    const { desired, ready } = await all(work, day, findings, questions);
    rows.push(...replicaRows(kind, tag, desired, ready));
  }
  return rows;
}

async function nodes(work: Work, day: Day, findings: Findings): Promise<Row<'nodes'>[]> {
  return nodeRows(await all(work, day, findings, NODES), work.reader.span(day));
}

async function autoscalers(work: Work, day: Day, findings: Findings): Promise<Row<'autoscalers'>[]> {
  return autoscalerRows(await all(work, day, findings, HPAS));
}
