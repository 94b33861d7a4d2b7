import { resolve } from 'node:path';
import { collectors } from '../collectors/index.ts';
import type { Detection } from '../collectors/types.ts';
import { UserError } from '../io/errors.ts';
import type { Io } from '../io/io.ts';
import { printable } from '../io/printable.ts';
import { configText, type Found } from './init/config-text.ts';
import { detectAll } from './init/detectors.ts';
import type { InitOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { CONFIG } from './settings.ts';

/** Writes a `tonnage.yaml` for what this machine has. @throws UserError if there is one */
export async function init({ config = CONFIG, yes = false }: InitOptions, io: Io): Promise<Outcome> {
  const path = resolve(io.directory, config);
  if (await io.files.exists(path)) throw alreadyThere(config);
  const all = await detectAll(io);
  const found = { live: all.filter(isRead), later: all.filter((detection) => !isRead(detection)) };
  io.output.write(listing(found));
  const chosen = { ...found, live: yes ? found.live : await confirmed(found.live, io) };
  if (!(await io.files.create(path, configText(chosen)))) throw alreadyThere(config);
  io.output.write(`\nWrote ${config}.\n${advice(chosen)}\n${next(config)}`);
  return 'done';
}

function alreadyThere(config: string): UserError {
  return new UserError(`${config}: there is one already`, 'it stays as it is; name another with --config, or move it away');
}

function isRead({ source }: Detection): boolean {
  return Object.hasOwn(collectors, source.kind);
}

/** Where nobody can answer, all are taken. */
async function confirmed(live: readonly Detection[], { output }: Io): Promise<readonly Detection[]> {
  const { confirm } = output;
  if (confirm === undefined) return live;
  const wanted: Detection[] = [];
  for (const detection of live) {
    if (await confirm(`Read ${printable(detection.found)}?`)) wanted.push(detection);
  }
  return wanted;
}

function listing({ live, later }: Found): string {
  if (live.length + later.length === 0) return 'Found nothing here that could be read.\n';
  const lines = [...live.map(({ found }) => found), ...later.map(({ found, source }) => `${found} (${source.kind}: this version does not read it yet)`)];
  return `Found:\n${lines.map((line) => `  ${printable(line)}\n`).join('')}`;
}

function advice({ live }: Found): string {
  if (live.length === 0) return 'Name a source in it first: an example stands under sources.\n';
  const bills = live.filter(({ source }) => source.kind === 'cur');
  return bills.length > 1 ? 'Keep only one entry where two of them are copies of the same: its cost would count twice.\n' : '';
}

function next(config: string): string {
  const flags = config === CONFIG ? '' : ` -c ${config}`;
  return `Next:
  tonnage doctor${flags}     checks that each source can be read
  tonnage collect${flags}    reads them
  tonnage report${flags}     shows what the month cost
`;
}
