import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from './components/command.ts';
import { validatorPython } from './components/focus-validator.ts';

/**
 * Ids of the rules that a file fails, sorted, without those that only gather others.
 * It ends with 0 even when rules fail: its report says which. It looks for its own package in the folder where it runs.
 */
export async function failedRules(file: string, folder: string): Promise<string[]> {
  const python = validatorPython() ?? 'python3';
  const link = join(folder, 'focus_validator');
  if (!existsSync(link)) {
    const found = await command(python, ['-c', 'import focus_validator, os; print(os.path.dirname(focus_validator.__file__))'], { cwd: '/' });
    await symlink(found.trim(), link);
  }
  const report = join(folder, 'report.xml');
  const args = ['--data-file', file, '--validate-version', '1.2', '--block-download', ...ALL, '--output-type', 'unittest', '--output-destination', report];
  await command(python, ['-m', 'focus_validator.main', ...args], { cwd: folder });
  return failures(await readFile(report, 'utf8'));
}

/** Else rules of all conditional columns are left out, whether these are there or not. */
const ALL = ['--applicability-criteria', 'ALL'];

/** Of a report in the form of JUnit. */
function failures(xml: string): string[] {
  const cases = [...xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)];
  if (cases.length === 0) throw new Error(`no tests in the validator's report: ${xml.slice(0, 200)}`);
  return cases
    .filter(([, , body = '']) => body.includes('<failure'))
    .flatMap(([, attributes = '']) => /\bname="([^ "]+) :: (?!Composite)/.exec(attributes)?.[1] ?? [])
    .toSorted();
}
