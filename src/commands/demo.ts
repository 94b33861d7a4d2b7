import { join, relative, resolve } from 'node:path';
import { writeDemoBill } from '../../fixtures/aws-bill/index.ts';
import type { Io } from '../io/io.ts';
import { collect } from './collect.ts';
import type { DemoOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { reportOf, writeDocument } from './report.ts';
import { loadSettings } from './settings.ts';

/** The forms in which the demo writes its report. */
export const DEMO_REPORTS = ['cost-report.html', 'cost-report.md', 'cost-report.txt', 'cost-report.csv', 'cost-report.json'] as const;

export const DEMO_CONFIG = `# The demo company: moved from Heroku to EKS, two accounts, one region.
organisation: Acme (demo)
sources:
  - kind: cur
    path: bills
teams:
  - { team: storefront, match: { tag: { team: storefront } } }
  - { team: orders, match: { tag: { team: orders } } }
  - { team: search, match: { tag: { team: search } } }
  - { team: data, match: { tag: { team: data } } }
  - { team: platform, match: { tag: { team: platform } } }
environments:
  - { environment: production, match: { tag: { environment: production } } }
  - { environment: staging, match: { tag: { environment: staging } } }
`;

/** Makes the demo company's bills, and goes the whole way with them: the real collector, the real snapshot, every renderer. */
export async function demo({ output }: DemoOptions, io: Io): Promise<Outcome> {
  const folder = resolve(io.directory, output);
  const inside: Io = { ...io, directory: folder };
  const bills = join(folder, 'bills');
  const end = io.progress.start('making two months of bills', () => undefined);
  await io.files.remove(bills);
  await io.files.makeFolder(bills);
  await writeDemoBill(bills, io);
  end();
  await io.files.replace(join(folder, 'tonnage.yaml'), DEMO_CONFIG);

  const quiet: Io = { ...inside, output: { ...io.output, write: () => {} } };
  await collect({}, quiet);
  const config = await loadSettings({}, inside);
  const report = await reportOf(join(folder, '.tonnage'), { cost: 'amortized' }, config, inside);
  await writeDocument(report, { format: 'terminal' }, inside);
  for (const file of DEMO_REPORTS) await writeDocument(report, { output: file }, inside);

  const shown = relative(io.directory, folder) || '.';
  io.output.write(`
Written to ${shown}/:
  bills/         two months of a Cost and Usage Report, as AWS delivers it
  tonnage.yaml   the configuration that says who owns what
  .tonnage/      the snapshot that was collected
  ${DEMO_REPORTS.join(', ')}
Open ${shown}/cost-report.html in a browser; go on with: cd ${shown} && tonnage report --month 2026-09
`);
  return report.gaps.length > 0 ? 'gaps' : 'done';
}
