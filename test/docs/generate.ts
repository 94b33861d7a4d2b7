import type { Command, Option } from 'commander';
import { capabilities, COLUMNS } from '../../src/collectors/cur/columns.ts';
import { collectors } from '../../src/collectors/index.ts';
import type { Permission } from '../../src/collectors/types.ts';
import type { Outcome } from '../../src/commands/outcome.ts';
import { configReference } from '../../src/config/reference.ts';
import { CLUSTER_TABLES } from '../../src/model/cluster/tables.ts';
import { createProgram } from '../../src/program.ts';
import { gap } from '../../src/renderers/json/facts.schema.ts';
import { code, table } from './markdown.ts';

/** Each generated block of the documentation, by its name. */
export async function generatedBlocks(): Promise<Readonly<Record<string, string>>> {
  const program = createProgram(async () => {}, '');
  return {
    commands: commandReference(program),
    config: configReference(),
    permissions: permissionReference(await allPermissions()),
    'exit-codes': table(['Code', 'Meaning'], EXIT_CODES),
    gaps: gapReference(),
    capabilities: capabilityReference(),
    'cur-columns': columnReference(),
    'cluster-tables': tableReference(),
  };
}

const OUTCOMES: Readonly<Record<Outcome, readonly [string, string]>> = {
  done: ['0', 'done'],
  gaps: ['3', 'done, with gaps: the report names what is not known'],
  'condition-met': ['4', 'done, and the condition of `--fail-on` holds'],
};

const EXIT_CODES = [
  OUTCOMES.done,
  ['1', 'a bug of tonnage: an error with its stack on standard error'],
  ['2', 'something you can mend: one line that says what, and a hint, on standard error'],
  OUTCOMES.gaps,
  OUTCOMES['condition-met'],
] as const;

/** What every command takes stands once; then each command with its own. */
function commandReference(program: Command): string {
  const { commands } = program;
  const isShared = ({ flags }: Option): boolean => commands.every((command) => optionsOf(command).some((option) => option.flags === flags));
  const [first] = commands;
  const shared = first === undefined ? [] : optionsOf(first).filter(isShared);
  return [
    `Every command takes:\n\n${optionTable(shared)}`,
    ...commands.map((command) => {
      const own = optionsOf(command).filter((option) => !isShared(option));
      return [
        `### tonnage ${command.name()}`,
        sentence(command.description()),
        ...command.registeredArguments.map(
          (argument) => `${code(`<${argument.name()}>`)}: ${argument.argChoices?.map(code).join(', ') ?? argument.description}.`,
        ),
        ...(own.length === 0 ? [] : [optionTable(own)]),
        `\`\`\`sh\n${exampleOf(command)}\n\`\`\``,
      ].join('\n\n');
    }),
  ].join('\n\n');
}

function optionsOf(command: Command): readonly Option[] {
  return command.createHelp().visibleOptions(command);
}

function optionTable(options: readonly Option[]): string {
  const rows = options.map(({ flags, description, argChoices, defaultValue }) => {
    const choices = argChoices === undefined ? '' : `: ${argChoices.map(code).join(', ')}`;
    return [code(flags), description + choices, typeof defaultValue === 'string' ? code(defaultValue) : ''];
  });
  return table(['Flag', 'Meaning', 'Default'], rows);
}

/** The example that the command's help ends with. */
function exampleOf(command: Command): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  const example = /\nExample:\n {2}\$ (.+)/.exec(help)?.[1];
  if (example === undefined) throw new Error(`tonnage ${command.name()} --help has no example`);
  return example;
}

async function allPermissions(): Promise<readonly (readonly [string, readonly Permission[]])[]> {
  return Promise.all(Object.entries(collectors).map(async ([kind, load]) => [kind, (await load()).permissions] as const));
}

function permissionReference(all: Awaited<ReturnType<typeof allPermissions>>): string {
  const rows = all.flatMap(([kind, permissions]) => permissions.map(({ what, why }) => [code(kind), what, why]));
  return table(['Source', 'Must be allowed to', 'Because'], rows);
}

function gapReference(): string {
  const rows = gap.options.map(({ shape, description = '' }) => {
    const { code: codeField, ...fields } = shape;
    return [code(codeField.value), description, Object.keys(fields).map(code).join(', ')];
  });
  return table(['Code', 'Meaning', 'Fields'], rows);
}

/** What a report has that has all columns, and each of these columns. */
function capabilityReference(): string {
  const all = Object.keys(COLUMNS);
  const named = (present: readonly string[]): readonly string[] => capabilities(new Set(present));
  const rows = named(all).map((capability) => {
    const needed = all.filter((column) => !named(all.filter((other) => other !== column)).includes(capability));
    return [code(capability), needed.map((column) => COLUMNS[column as keyof typeof COLUMNS].from.map(code).join(' or ')).join(', ')];
  });
  return table(['Capability', 'Columns that it takes'], rows);
}

function columnReference(): string {
  const rows = Object.entries(COLUMNS).map(([column, { kind, from }]) => [code(column), kind, from.map(code).join(', else ')]);
  return table(['Name here', 'Kind', 'Column of the report'], rows);
}

/** Each table of the clusters, with its columns. */
function tableReference(): string {
  const rows = Object.entries(CLUSTER_TABLES).map(([name, columns]) => [
    code(name),
    Object.entries(columns)
      .map(([column, type]) => `${code(column)} ${type}`)
      .join(', '),
  ]);
  return table(['Table', 'Columns'], rows);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
