import { loadCollector } from '../collectors/index.ts';
import type { SourceSettings } from '../collectors/settings.ts';
import type { Check } from '../collectors/types.ts';
import { UserError } from '../io/errors.ts';
import type { Io } from '../io/io.ts';
import { counted } from '../renderers/numbers.ts';
import { checkSnapshot } from './doctor-snapshot.ts';
import type { DoctorOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { CONFIG, isAdHoc, loadSettings, STORE } from './settings.ts';
import { sourceId } from './source-id.ts';

/** Prints what a cluster must let tonnage read. */
async function printRbac(io: Io): Promise<Outcome> {
  const { rbacYaml } = await import('../collectors/kubernetes/rbac.ts');
  io.output.write(await rbacYaml());
  return 'done';
}

/** Prints what IAM must allow, for all sources that ask AWS. */
async function printIam(options: DoctorOptions, io: Io): Promise<Outcome> {
  const { policyDocument } = await import('../collectors/aws-policy.ts');
  const { sources } = await loadSettings(options, io);
  const statements = await Promise.all(sources.map(async (source) => (await loadCollector(source)).policy?.(source) ?? []));
  if (statements.flat().length === 0)
    throw new UserError('no source asks AWS for anything', 'add one under `sources`: { kind: cost-explorer }, or a bill in S3');
  io.output.write(`${JSON.stringify(policyDocument(statements.flat()), null, 2)}\n`);
  return 'done';
}

const flagsOf = ({ cur, focus }: DoctorOptions): string => [...(cur === undefined ? [] : ['--cur']), ...(focus === undefined ? [] : ['--focus'])].join(' and ');

interface Finding extends Check {
  readonly of: string;
}

/**
 * Checks all that the other commands need.
 * @throws UserError where something that is needed is missing
 */
export async function doctor(options: DoctorOptions, io: Io): Promise<Outcome> {
  if (options.rbac === true && options.iam === true) throw new UserError('--rbac stands beside --iam', 'one is YAML, the other JSON: print one at a time');
  if (options.rbac === true) return printRbac(io);
  if (options.iam === true) return printIam(options, io);
  const findings: Finding[] = [];
  const config = await attempt(findings, 'configuration', async () => {
    const settings = await loadSettings(options, io);
    const of = isAdHoc(options) ? flagsOf(options) : (options.config ?? CONFIG);
    return {
      settings,
      checks: [
        { name: 'settings', state: 'ok', detail: `${of}: ${counted(settings.sources.length, 'source')}, ${counted(settings.teams.length, 'team rule')}` },
      ],
    };
  });
  await attempt(findings, 'snapshot', async () => ({ checks: await checkSnapshot(options.store ?? STORE, io) }));
  for (const source of config?.settings.sources ?? []) await attempt(findings, sourceId(source), () => checkSource(source, io));
  if (config?.settings.sources.length === 0) {
    findings.push({ of: 'configuration', name: 'sources', state: 'failed', detail: 'none', hint: 'add one under `sources` (tonnage init finds what is here)' });
  }
  await print(findings, options, io);
  const failed = findings.filter(({ state }) => state === 'failed').length;
  if (failed > 0) throw new UserError(`${failed} of ${findings.length} checks failed`, 'each says above what to do');
  return 'done';
}

type Checked = { readonly checks: readonly Check[] };

async function attempt<T extends Checked>(findings: Finding[], of: string, check: () => Promise<T>): Promise<T | undefined> {
  try {
    const found = await check();
    findings.push(...found.checks.map((one) => ({ of, ...one })));
    return found;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // A configuration may have several problems, each on a line of its own.
    const details = error.message.split('\n');
    for (const [at, detail] of details.entries())
      findings.push({ of, name: 'readable', state: 'failed', detail, ...(error.hint === undefined || at < details.length - 1 ? {} : { hint: error.hint }) });
    return undefined;
  }
}

async function checkSource(source: SourceSettings, io: Io): Promise<Checked> {
  const collector = await loadCollector(source);
  const scratch = await io.files.scratch();
  try {
    return {
      checks: await Array.fromAsync(
        collector.check(source, {
          source: sourceId(source),
          io,
          began: io.now(),
          known: [],
          isCurrent: () => false,
          maySpend: false,
          downloads: scratch,
          scratch,
        }),
      ),
    };
  } finally {
    await io.files.remove(scratch);
  }
}

async function print(findings: readonly Finding[], { format }: DoctorOptions, io: Io): Promise<void> {
  if (format === 'json') return io.output.write(`${JSON.stringify({ checks: findings }, null, 2)}\n`);
  const [{ renderChecks }, { default: picocolors }] = await Promise.all([import('../renderers/terminal/checks.ts'), import('picocolors')]);
  io.output.write(`${renderChecks(findings, io.output.columns, picocolors.createColors(io.output.color))}\n`);
}
