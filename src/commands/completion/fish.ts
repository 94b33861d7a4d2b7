import { allNodes, type CommandNode, type OptionNode, type Value } from './tree.ts';

export function fish(program: CommandNode): string {
  const nodes = allNodes(program);
  const name = program.path.join();
  const at = `__${name.replaceAll(/\W/g, '_')}_at`;
  return `# fish completion of ${name}

# Whether the cursor is in this command. An argument that is called like a command is none, nor is the value of an option.
function ${at}
    set -l at ${quoted(name)}
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
            continue
        end
        switch "$at $word"
${nodes.flatMap(steps).join('\n')}
        end
    end
    test "$at" = "$argv[1]"
end

complete -c ${name} -f
${nodes
  .flatMap((node) => completions(node, at))
  .map((rest) => `complete -c ${name} ${rest}`)
  .join('\n')}
`;
}

function steps(node: CommandNode): readonly string[] {
  const at = node.path.join(' ');
  const taking = node.options.filter(({ value }) => value !== undefined).flatMap(({ flags }) => flags);
  return [
    ...node.commands.map((child) => `            case ${alternatives(at, child.names)}\n                set at ${quoted(child.path.join(' '))}`),
    ...(taking.length > 0 ? [`            case ${alternatives(at, taking)}\n                set skip yes`] : []),
  ];
}

function completions(node: CommandNode, at: string): readonly string[] {
  const here = `-n ${quoted(`${at} ${quoted(node.path.join(' '))}`)}`;
  return [
    ...node.commands.flatMap(({ names, description }) => names.map((name) => `${here} -a ${quoted(name)} -d ${quoted(description)}`)),
    ...node.values
      .map(argument)
      .filter((offer) => offer !== '')
      .map((offer) => `${here} ${offer}`),
    ...node.options.map((option) => `${here} ${optionText(option)}`),
  ];
}

function optionText({ flags, description, value }: OptionNode): string {
  const spellings = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return [...spellings, ...(value === undefined ? [] : [following(value)]), `-d ${quoted(description)}`].join(' ');
}

/** `-x`: a value must follow, and it is no file; `-r -F`: a file must follow. */
function following(value: Value): string {
  if (value.choices.length === 0 && value.kind === 'file') return '-r -F';
  return ['-x', argument(value)].filter((part) => part !== '').join(' ');
}

function argument({ kind, choices }: Value): string {
  if (choices.length > 0) return `-a ${quoted(choices.map(word).join(' '))}`;
  return { file: '-F', folder: `-a '(__fish_complete_directories)'`, text: '' }[kind];
}

/** Fish reads the list of `-a` like a command line once more. */
function word(choice: string): string {
  return /^[\w./:-]+$/.test(choice) ? choice : quoted(choice);
}

function alternatives(at: string, names: readonly string[]): string {
  return names.map((name) => quoted(`${at} ${name}`)).join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
