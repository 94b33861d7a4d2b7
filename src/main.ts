import { readFileSync } from 'node:fs';
import module from 'node:module';
import type { Outcome } from './commands/outcome.ts';
import type { Run } from './program.ts';

/** The one place that knows exit codes. 1 is a bug: Node's own, with the stack. */
const EXIT = { done: 0, gaps: 3, 'condition-met': 4 } as const satisfies Record<Outcome, number>;
const USER_ERROR = 2;

/** `engines` of package.json. */
const OLDEST_NODE = { major: 22, minor: 12 };

if (isOlder(process.versions.node)) {
  process.exitCode = USER_ERROR;
  process.stderr.write(`error: tonnage needs Node.js ${OLDEST_NODE.major}.${OLDEST_NODE.minor} or newer, this is ${process.versions.node}\n`);
} else {
  await main();
}

/** All that is imported is imported here: an old Node might not even read it. */
async function main(): Promise<void> {
  module.enableCompileCache(); // by name, an old Node could not even be told that it is old
  const [{ CommanderError }, { createProgram }] = await Promise.all([import('commander'), import('./program.ts')]);

  // A reader that has seen enough (`| head`) is no error; the command goes on to its end, for it has things to put away.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

  // As a signal ends a process by itself, but after servers were told to stop what they do for us, and `exit` has put scratch folders away.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => void putAway().finally(() => process.exit(code)));

  // package.json lies above src/ and above dist/src/.
  const root = import.meta.url.endsWith('.ts') ? '../' : '../../';
  const { version }: { version: string } = JSON.parse(readFileSync(new URL(`${root}package.json`, import.meta.url), 'utf8'));

  try {
    await createProgram(run, version).parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : USER_ERROR; // commander has said what is wrong
  }
}

/** What servers were asked to do for us. */
async function putAway(): Promise<void> {
  const { interrupt } = await import('./io/interruption.ts');
  await interrupt();
}

async function run(...[flags, command]: Parameters<Run>): Promise<void> {
  const [{ hostIo }, { UserError }, { printable }] = await Promise.all([import('./commands/host.ts'), import('./io/errors.ts'), import('./io/printable.ts')]);
  try {
    process.exitCode = EXIT[await command(hostIo(flags))];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.exitCode = USER_ERROR;
    // A configuration may have several problems, each on a line of its own.
    const message = error.message.split('\n').map(printable).join('\n');
    process.stderr.write(`error: ${message}\n${error.hint === undefined ? '' : `hint: ${printable(error.hint)}\n`}`);
  }
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST_NODE.major || (major === OLDEST_NODE.major && minor < OLDEST_NODE.minor);
}
