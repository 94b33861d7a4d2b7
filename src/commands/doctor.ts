import { resolve } from 'node:path';
import { loadCollector } from '../collectors/index.ts';
import type { SourceSettings } from '../collectors/settings.ts';
import type { Check } from '../collectors/types.ts';
import { UserError } from '../io/errors.ts';
import type { Io } from '../io/io.ts';
import { openSnapshot, partFiles } from '../snapshot/snapshot.ts';
import type { DoctorOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { CONFIG, loadSettings, STORE } from './settings.ts';
import { sourceId } from './source-id.ts';

interface Finding extends Check {
  readonly of: string;
}

/**
 * Checks all that the other commands need.
 * @throws UserError where something that is needed is missing
 */
export async function doctor(options: DoctorOptions, io: Io): Promise<Outcome> {
  const findings: Finding[] = [];
  const config = await attempt(findings, 'configuration', async () => {
    const settings = await loadSettings(options, io);
    const of = options.cur === undefined ? (options.config ?? CONFIG) : '--cur';
    return { settings, checks: [{ name: 'settings', state: 'ok', detail: `${of}: ${settings.sources.length} sources, ${settings.teams.length} team rules` }] };
  });
  await attempt(findings, 'snapshot', () => checkSnapshot(options.store ?? STORE, io));
  for (const source of config?.settings.sources ?? []) await attempt(findings, sourceId(source), () => checkSource(source, io));
  if (config?.settings.sources.length === 0) {
    findings.push({ of: 'configuration', name: 'sources', state: 'failed', detail: 'none', hint: 'add one under `sources` (tonnage init finds what is here)' });
  }
  io.output.write(options.format === 'json' ? `${JSON.stringify({ checks: findings }, null, 2)}\n` : `${findings.map(line).join('\n')}\n`);
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
    findings.push({ of, name: 'readable', state: 'failed', detail: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) });
    return undefined;
  }
}

async function checkSnapshot(store: string, io: Io): Promise<Checked> {
  const snapshot = await openSnapshot(resolve(io.directory, store), io.files);
  if (snapshot.parts.length === 0)
    return { checks: [{ name: 'parts', state: 'warning', detail: `${store}: nothing is collected yet`, hint: 'run tonnage collect' }] };
  const files = await partFiles(snapshot, snapshot.parts, io.files);
  const sums = await Promise.all(files.map((file) => io.files.sha256(file)));
  const damaged = snapshot.parts.filter((part, at) => part.sha256 !== sums[at]);
  const spans = snapshot.parts.map((part) => (part.table === 'charges' ? part.month : part.day)).toSorted();
  const parts: Check = { name: 'parts', state: 'ok', detail: `${store}: ${files.length} parts, ${spans[0]} to ${spans.at(-1)}` };
  const broken = damaged.map(({ file }): Check => ({
    name: 'checksum',
    state: 'failed',
    detail: `${store}/${file} is not what was written`,
    hint: 'remove the folder and collect again',
  }));
  return { checks: [parts, ...broken] };
}

async function checkSource(source: SourceSettings, io: Io): Promise<Checked> {
  const collector = await loadCollector(source);
  const scratch = await io.files.scratch();
  try {
    return { checks: await Array.fromAsync(collector.check(source, { source: sourceId(source), io, began: io.now(), known: [], scratch })) };
  } finally {
    await io.files.remove(scratch);
  }
}

const MARKS = { ok: 'ok     ', warning: 'warning', failed: 'FAILED ' } as const;

function line({ of, name, state, detail, hint }: Finding): string {
  return `${MARKS[state]}  ${of}: ${name}: ${detail}${hint === undefined ? '' : `\n         -> ${hint}`}`;
}
