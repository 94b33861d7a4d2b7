import { spawnSync } from 'node:child_process';
import { Argument, Command, Option } from 'commander';
import { beforeAll, describe, expect, test } from 'vitest';
import { completion, completionScript } from '../../src/commands/completion.ts';
import { testIo } from '../io/test-io.ts';

const NASTY = `it's [all]: "$HOME" \`id\` \\ end`;

function program(): Command {
  const root = new Command('tonnage').version('1.0.0').option('-c, --config <FILE>', 'configuration');
  root
    .command('report')
    .alias('bill')
    .description(NASTY)
    .addOption(new Option('-f, --format <FORMAT>', NASTY).choices(['html', 'json', "it's $HOME"]))
    .option('-o, --output <FILE>', 'where to')
    .option('--store <DIR>', 'folder')
    .option('--month <YYYY-MM>', 'month')
    .option('--no-color', 'no colour');
  root
    .command('schema')
    .description('a schema')
    .addArgument(new Argument('<kind>', 'of what').choices(['config', 'report']));
  root.command('secret', { hidden: true });
  root.command('cache').description('the cache').command('clear').description('empties it').option('--all', 'all of it').argument('[path]', 'which');
  return root;
}

const scripts = { bash: completionScript(program(), 'bash'), zsh: completionScript(program(), 'zsh'), fish: completionScript(program(), 'fish') };

const isInstalled = (shell: string): boolean => spawnSync(shell, ['--version']).error === undefined;
const syntaxErrors = (shell: string, flag: string, script: string): string => spawnSync(shell, [flag], { input: script, encoding: 'utf8' }).stderr;

test('the script is the output', async () => {
  const { io, out } = testIo();
  expect(await completion(program(), 'fish', io)).toBe('done');
  expect(out()).toBe(scripts.fish);
});

describe.skipIf(!isInstalled('bash'))('in bash', () => {
  let file = '';
  beforeAll(() => {
    file = testIo().write('tonnage.bash', scripts.bash);
  });

  /** What TAB offers at the end of these words. */
  function offers(words: readonly string[], folder = '.'): readonly string[] {
    const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tonnage; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script, 'bash', file, ...words], { cwd: folder, encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '');
  }

  test.each([
    [['tonnage', 'rep'], ['report']],
    [
      ['tonnage', ''],
      ['report', 'bill', 'schema', 'cache', 'help'],
    ],
    [
      ['tonnage', '-'],
      ['-V', '--version', '-c', '--config', '-h', '--help'],
    ],
    [['tonnage', 'report', '--fo'], ['--format']],
    [['tonnage', 'bill', '--fo'], ['--format']],
    [['tonnage', 'report', '--format', 'h'], ['html']],
    [
      ['tonnage', 'report', '-f', ''],
      ['html', 'json', "it\\'s\\ \\$HOME"],
    ],
    [
      ['tonnage', 'report', '--format', '='],
      ['html', 'json', "it\\'s\\ \\$HOME"],
    ],
    [['tonnage', 'report', '--format', '=', 'j'], ['json']],
    [['tonnage', 'report', '--month', ''], []],
    [['tonnage', 'report', '--month', '2026-01', '--no'], ['--no-color']],
    [['tonnage', '--config', 'report', 'sch'], ['schema']],
    [['tonnage', '--config', '=', 'report', 'sch'], ['schema']],
    [
      ['tonnage', 'schema', ''],
      ['config', 'report'],
    ],
    [['tonnage', 'schema', 'report', '--'], ['--help']],
    [['tonnage', 'cache', 'cl'], ['clear']],
    [['tonnage', 'cache', 'clear', '--a'], ['--all']],
    [['tonnage', 'help', 'sc'], ['schema']],
    [['tonnage', 'secr'], []],
    [
      ['tonnage', 'unknown', ''],
      ['report', 'bill', 'schema', 'cache', 'help'],
    ],
  ])('%j offers %j', (words, expected) => {
    expect(offers(words)).toEqual(expected);
  });

  test('a FILE offers files and folders, a DIR folders, and an argument called path both', () => {
    const { write, folder } = testIo();
    write('out one/x', '');
    write('out.html', '');
    expect([...offers(['tonnage', 'report', '-o', 'ou'], folder)].toSorted()).toEqual(['out one', 'out.html']);
    expect(offers(['tonnage', 'report', '--store', 'ou'], folder)).toEqual(['out one']);
    expect([...offers(['tonnage', 'cache', 'clear', 'ou'], folder)].toSorted()).toEqual(['out one', 'out.html']);
  });

  test('the script registers itself', () => {
    const { stdout } = spawnSync('bash', ['--norc', '-c', 'source "$1"; complete -p tonnage', 'bash', file], { encoding: 'utf8' });
    expect(stdout).toBe('complete -F _tonnage tonnage\n');
  });
});

describe('for zsh', () => {
  test.each([
    '#compdef tonnage',
    `    'report:it'\\''s \\[all\\]\\: "\\$HOME" \\\`id\\\` \\\\ end'`,
    `    '(-f --format)-f+[it'\\''s \\[all\\]\\: "\\$HOME" \\\`id\\\` \\\\ end]:FORMAT:(html json it\\'\\''s\\ \\$HOME)' \\`,
    "    '(-o --output)--output=[where to]:FILE:_files' \\",
    "    '--store=[folder]:DIR:_files -/' \\",
    "    '--month=[month]:YYYY-MM: ' \\",
    "    ':kind:(config report)'",
    "    '::path:_files'",
    '      report|bill) _tonnage_report && ret=0 ;;',
    '      clear) _tonnage_cache_clear && ret=0 ;;',
  ])('the script has the line %s', (line) => {
    expect(scripts.zsh.split('\n')).toContain(line);
  });

  test.skipIf(!isInstalled('zsh'))('the script is valid (needs zsh)', () => {
    expect(syntaxErrors('zsh', '-n', scripts.zsh)).toBe('');
  });

  test.skipIf(!isInstalled('bash'))('the script has no quote open, which bash can tell too', () => {
    expect(syntaxErrors('bash', '-n', scripts.zsh)).toBe('');
  });
});

describe('for fish', () => {
  test.each([
    'complete -c tonnage -f',
    `complete -c tonnage -n '__tonnage_at \\'tonnage\\'' -a 'report' -d 'it\\'s [all]: "$HOME" \`id\` \\\\ end'`,
    `complete -c tonnage -n '__tonnage_at \\'tonnage report\\'' -s f -l format -x -a 'html json \\'it\\\\\\'s $HOME\\'' -d 'it\\'s [all]: "$HOME" \`id\` \\\\ end'`,
    `complete -c tonnage -n '__tonnage_at \\'tonnage report\\'' -s o -l output -r -F -d 'where to'`,
    `complete -c tonnage -n '__tonnage_at \\'tonnage report\\'' -l store -x -a '(__fish_complete_directories)' -d 'folder'`,
    `complete -c tonnage -n '__tonnage_at \\'tonnage report\\'' -l month -x -d 'month'`,
    `complete -c tonnage -n '__tonnage_at \\'tonnage schema\\'' -a 'config report'`,
    `complete -c tonnage -n '__tonnage_at \\'tonnage cache clear\\'' -F`,
    "            case 'tonnage report' 'tonnage bill'",
    "            case 'tonnage -c' 'tonnage --config'",
  ])('the script has the line %s', (line) => {
    expect(scripts.fish.split('\n')).toContain(line);
  });

  test.skipIf(!isInstalled('fish'))('the script is valid (needs fish)', () => {
    expect(syntaxErrors('fish', '--no-execute', scripts.fish)).toBe('');
  });
});
