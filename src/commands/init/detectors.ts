import { detect as aws } from '../../collectors/aws/detect.ts';
import { detect as cur } from '../../collectors/cur/detect.ts';
import { detect as datadog } from '../../collectors/datadog/detect.ts';
import { detect as heroku } from '../../collectors/heroku/detect.ts';
import { detect as kubernetes } from '../../collectors/kubernetes/detect.ts';
import { detect as prometheus } from '../../collectors/prometheus/detect.ts';
import type { Detection } from '../../collectors/types.ts';
import { UserError } from '../../io/errors.ts';
import type { Io } from '../../io/io.ts';

const DETECTORS = { cur, aws, kubernetes, prometheus, datadog, heroku };

/** What this machine has. A place that cannot be looked into is told, and does not hide the others. */
export async function detectAll(io: Io): Promise<readonly Detection[]> {
  const found: Detection[] = [];
  for (const [kind, detect] of Object.entries(DETECTORS)) {
    try {
      found.push(...(await detect(io)));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      io.output.warn(`could not look for ${kind}: ${error.message}`);
    }
  }
  return named(withClusters(found));
}

/** Metrics and the cluster that they are of go by one name; where several clusters are found, or none, it is the user's to say which. */
function withClusters(found: readonly Detection[]): readonly Detection[] {
  const clusters = found.flatMap(({ source }) => (typeof source['cluster'] === 'string' ? [folderName(source['cluster'])] : []));
  return found.map(({ found: words, source }) => {
    if (!OF_A_CLUSTER.has(source.kind)) return { found: words, source };
    const { kind, ...settings } = source;
    const own = typeof source['cluster'] === 'string' ? folderName(source['cluster']) : (clusters[0] ?? 'production');
    const isGuess = source['cluster'] === undefined && clusters.length !== 1;
    return { found: isGuess ? `${words}; say which cluster it is of` : words, source: { kind, ...settings, cluster: own } };
  });
}

const OF_A_CLUSTER: ReadonlySet<string> = new Set(['kubernetes', 'prometheus', 'datadog']);

const folderName = (name: string): string => name.replaceAll(/[^\w.-]+/g, '-').replace(/^[^\w]+/, '') || 'cluster';

/** Where there are several of a kind, each gets a name of its own; a single one needs none. */
function named(found: readonly Detection[]): readonly Detection[] {
  const taken = new Set<string>();
  return found.map(({ found: words, source: { kind, name: proposed, ...settings } }) => {
    if (found.filter(({ source }) => source.kind === kind).length === 1) return { found: words, source: { kind, ...settings } };
    const name = free(`${kind}-${(typeof proposed === 'string' ? proposed : '').replaceAll(/[^\w.-]+/g, '-')}`.replace(/-+$/, ''), taken);
    taken.add(name);
    return { found: words, source: { kind, name, ...settings } };
  });
}

function free(base: string, taken: ReadonlySet<string>): string {
  let name = base;
  for (let count = 2; taken.has(name); count += 1) name = `${base}-${count}`;
  return name;
}
