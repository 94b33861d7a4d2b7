import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../src/program.ts';
import { testIo } from '../io/test-io.ts';
import { main, node, root, run, tonnage } from './tonnage.ts';

const commands = createProgram(async () => {}, '').commands.map((command) => command.name());
const { folder } = testIo();
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

test.each(['--version', '-V'])('%s prints the version of the package', async (flag) => {
  expect(await tonnage([flag], { cwd: folder })).toEqual({ status: 0, out: `${version}\n`, err: '' });
});

describe('help', () => {
  test('names every command', async () => {
    const { status, out, err } = await tonnage(['--help'], { cwd: folder });
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect([...out.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name)).toEqual([...commands, 'help']);
  });

  test.each(commands)('of %s has an example', async (command) => {
    const { status, out, err } = await tonnage([command, '--help'], { cwd: folder });
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(new RegExp(`\\nExample:\\n  \\$ .*tonnage ${command}`));
  });

  test('tonnage help report is tonnage report --help', async () => {
    const [asked, flagged] = await Promise.all([tonnage(['help', 'report'], { cwd: folder }), tonnage(['report', '--help'], { cwd: folder })]);
    expect(asked).toEqual(flagged);
  });
});

describe('completion', () => {
  test.skipIf(spawnSync('bash', ['--version']).error !== undefined)('for bash can be sourced, and completes', async () => {
    const script = `source <("$0" "$1" completion bash); COMP_WORDS=(tonnage report --form); COMP_CWORD=2; _tonnage; echo "\${COMPREPLY[@]}"`;
    expect(await run('bash', ['--norc', '-c', script, node, main], { cwd: folder })).toEqual({ status: 0, out: '--format\n', err: '' });
  });

  test.each(['bash', 'zsh', 'fish'])('for %s knows every command', async (shell) => {
    const { status, out, err } = await tonnage(['completion', shell], { cwd: folder });
    expect({ status, err }).toEqual({ status: 0, err: '' });
    for (const command of commands) expect(out).toContain(command);
  });
});
