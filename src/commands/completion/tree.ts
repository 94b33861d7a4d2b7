import type { Argument, Command, Option } from 'commander';

/** A command as a completion needs it. */
export interface CommandNode {
  /** From the program's name down. */
  readonly path: readonly string[];
  /** Its name, then its other names. */
  readonly names: readonly string[];
  readonly description: string;
  readonly options: readonly OptionNode[];
  readonly values: readonly Value[];
  readonly commands: readonly CommandNode[];
}

export interface OptionNode {
  /** `-f`, `--format` */
  readonly flags: readonly string[];
  readonly description: string;
  /** What must follow; undefined where nothing need to. */
  readonly value: Value | undefined;
}

export interface Value {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'text';
  readonly choices: readonly string[];
  readonly isRequired: boolean;
  readonly isVariadic: boolean;
}

export function commandTree(command: Command, above: readonly string[] = []): CommandNode {
  const help = command.createHelp();
  const path = [...above, command.name()];
  const commands = help.visibleCommands(command).map((child) => commandTree(child, path));
  const names = commands.map((child) => child.path.at(-1) ?? '');
  return {
    path,
    names: [command.name(), ...command.aliases()],
    description: help.subcommandDescription(command),
    options: help.visibleOptions(command).map(optionNode),
    values: command.registeredArguments.map(argumentValue),
    commands: commands.map((child) =>
      child.path.at(-1) === 'help' ? { ...child, values: child.values.map((value) => ({ ...value, choices: names })) } : child,
    ),
  };
}

/** The node and all below it. */
export function allNodes(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.commands.flatMap(allNodes)];
}

function optionNode(option: Option): OptionNode {
  const name = /<([^>.]+)/.exec(option.flags)?.[1];
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    description: option.description,
    value: name === undefined ? undefined : { name, kind: kindOf(name), choices: option.argChoices ?? [], isRequired: true, isVariadic: option.variadic },
  };
}

function argumentValue(argument: Argument): Value {
  const name = argument.name();
  return { name, kind: kindOf(name), choices: argument.argChoices ?? [], isRequired: argument.required, isVariadic: argument.variadic };
}

function kindOf(name: string): Value['kind'] {
  if (/^(file|path)$/i.test(name)) return 'file';
  return /^(dir|folder)$/i.test(name) ? 'folder' : 'text';
}
