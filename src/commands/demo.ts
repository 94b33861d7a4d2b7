import { join, relative, resolve } from 'node:path';
import { writeDemoExport } from '../../fixtures/aws-exports/index.ts';
import { startStandIns, type StandIns } from '../../fixtures/stand-ins.ts';
import type { Io } from '../io/io.ts';
import { collect } from './collect.ts';
import type { DemoOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { reportOf, writeDocument } from './report.ts';
import { loadSettings } from './settings.ts';

/** The forms in which the demo writes its report. */
export const DEMO_REPORTS = ['cost-report.html', 'cost-report.md', 'cost-report.txt', 'cost-report.csv', 'cost-report.json'] as const;

/** When the demo is: two months of bills are done, and the clusters are as they were in that minute. */
const NOW = new Date('2026-10-31T23:59:00Z');

function configuration(prometheus: string): string {
  return `# The demo company: moved from Heroku to EKS, two accounts, one region.
# Its clusters, its Prometheus, its Datadog and its Cost Explorer are there while the demo runs (tonnage demo --serve).
organisation: Acme (demo)
sources:
  - kind: cur # CUR 2.0 with split cost allocation, as AWS delivers it to S3
    path: bills
  - kind: cost-explorer # the same bill as AWS sums it: compared, not added
    budget: 1
  - kind: kubernetes
    cluster: production
    kubeconfig: production.kubeconfig
  - kind: kubernetes
    name: kubernetes-staging
    cluster: staging
    kubeconfig: staging.kubeconfig
  - kind: prometheus
    cluster: production
    url: ${prometheus}
    history: 3
  - kind: datadog
    cluster: staging
    history: 3
allocation:
  weights: aws-9to1
  idle: separate
  shared:
    - { match: { meter: "*NatGateway*" }, method: proportional }
    - { match: { resource: "*:log-group:/eks/production/*" }, cluster: production, method: proportional }
    - { match: { service: "*(ECR)" }, cluster: production, method: even }
teams:
  - { team: storefront, match: { namespace: web } }
  - { team: orders, match: { namespace: orders } }
  - { team: search, match: { namespace: search } }
  - { team: data, match: { namespace: data } }
  - { team: platform, match: { namespace: [platform, monitoring, kube-system, datadog, argocd, keda, cnpg-system, external-secrets] } }
  - { team: platform, match: { cluster: "*" } } # what of a cluster is nobody's in particular
  - { team: storefront, match: { tag: { team: storefront } } }
  - { team: orders, match: { tag: { team: orders } } }
  - { team: search, match: { tag: { team: search } } }
  - { team: data, match: { tag: { team: data } } }
  - { team: platform, match: { tag: { team: platform } } }
  - { team: platform, match: { service: "Datadog*" } }
environments:
  - { environment: production, match: { tag: { environment: production } } }
  - { environment: staging, match: { tag: { environment: staging } } }
`;
}

/**
 * Makes the demo company's bills, starts stand-ins of its servers, and goes the whole way with them: the real collectors, the real snapshot, every renderer.
 * With `--serve` the stand-ins go on until they are interrupted.
 */
export async function demo({ output, serve = false }: DemoOptions, io: Io): Promise<Outcome> {
  const folder = resolve(io.directory, output);
  await writeBills(folder, io);
  const standIns = await startStandIns(NOW);
  try {
    await io.files.replace(join(folder, 'tonnage.yaml'), configuration(standIns.prometheus));
    for (const [name, text] of Object.entries(standIns.kubeconfigs)) await io.files.replace(join(folder, `${name}.kubeconfig`), text);
    const inside: Io = { ...io, directory: folder, now: () => NOW, env: { ...io.env, ...standIns.datadog, ...standIns.costExplorer } };
    const outcome = await goTheWholeWay(folder, inside);
    io.output.write(`\n${goingOn(relative(io.directory, folder) || '.')}`);
    if (serve) await serving(standIns, io);
    return outcome;
  } finally {
    await standIns.close();
  }
}

async function writeBills(folder: string, io: Io): Promise<void> {
  const bills = join(folder, 'bills');
  const end = io.progress.start({ label: () => 'making two months of bills' });
  await io.files.remove(bills);
  await io.files.makeFolder(bills);
  await writeDemoExport(bills, io, { table: 'cur2' });
  end();
}

async function goTheWholeWay(folder: string, io: Io): Promise<Outcome> {
  // What could not be known stands in the report, as far as it matters to it.
  await collect({}, { ...io, output: { ...io.output, write: () => {}, warn: () => {} } });
  const config = await loadSettings({}, io);
  const report = await reportOf(join(folder, '.tonnage'), { cost: 'effective' }, config, io);
  await writeDocument(report, { format: 'terminal' }, io);
  for (const file of DEMO_REPORTS) await writeDocument(report, { output: file }, io);
  return report.gaps.length > 0 ? 'gaps' : 'done';
}

function goingOn(shown: string): string {
  return `Written to ${shown}/:
  bills/         two months of a Cost and Usage Report (CUR 2.0), as AWS delivers it
  tonnage.yaml   the configuration: what is read, and who owns what
  *.kubeconfig   of the two clusters
  .tonnage/      the snapshot that was collected
  ${DEMO_REPORTS.join(', ')}
Open ${shown}/cost-report.html in a browser; go on with: cd ${shown} && tonnage report --month 2026-09
`;
}

/** Until the process is interrupted: doctor, collect and kubectl have something to talk to. */
async function serving({ datadog, costExplorer }: StandIns, io: Io): Promise<void> {
  const variables = Object.entries({ ...datadog, ...costExplorer, TONNAGE_NOW: NOW.toISOString() }).map(([name, value]) => `export ${name}=${value}`);
  io.output.write(
    `\nThe clusters, Prometheus, Datadog and Cost Explorer go on until Ctrl-C. In another terminal:\n  ${[...variables, 'tonnage doctor'].join('\n  ')}\n`,
  );
  await new Promise(() => {});
}
