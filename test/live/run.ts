import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { components, setUp, SETUP } from './components/index.ts';

/** `npm run test:live`: the tests, with all flags going to vitest; with `--setup` alone, what they need is installed instead. */
const args = process.argv.slice(2);
if (args.includes('--setup')) {
  if (args.length > 1) throw new Error('--setup stands alone');
  process.exitCode = (await setUp(console.log, console.error)) ? 0 : 1;
} else {
  const absent = components.filter(({ find }) => find() === undefined).map(({ name }) => name);
  if (absent.length > 0) console.error(`Tests that need ${absent.join(' and ')} are skipped. To have them run: ${SETUP}`);
  const vitest = spawn('vitest', ['run', '--config', join(import.meta.dirname, 'vitest.config.ts'), ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => vitest.kill(signal));
  vitest.on('close', (code) => {
    process.exitCode = code ?? 1;
  });
}
