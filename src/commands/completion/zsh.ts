import { allNodes, type CommandNode, type OptionNode, type Value } from './tree.ts';

export function zsh(program: CommandNode): string {
  const name = program.path.join();
  const self = functionOf(program);
  return `#compdef ${name}

${allNodes(program).map(functions).join('\n\n')}

if [[ $funcstack[1] == ${self} ]]; then
  ${self} "$@"
else
  compdef ${self} ${name}
fi
`;
}

function functions(node: CommandNode): string {
  return node.commands.length > 0 ? `${branch(node)}\n\n${commandList(node)}` : leaf(node);
}

function leaf(node: CommandNode): string {
  return `${functionOf(node)}() {
  _arguments -s -S : \\
${[...node.options.flatMap(optionSpecs), ...node.values.map(argumentSpec)].map((spec) => `    ${spec}`).join(' \\\n')}
}`;
}

/** `*:::` leaves the words after the command's name: the name is put back, for it is what the command's own function begins with. */
function branch(node: CommandNode): string {
  const self = functionOf(node);
  return `${self}() {
  local context curcontext="$curcontext" state line ret=1
  typeset -A opt_args
  _arguments -s -S -C : \\
${[...node.options.flatMap(optionSpecs), `':: :${self}_commands'`, `'*::: :->command'`].map((spec) => `    ${spec}`).join(' \\\n')} && ret=0
  if [[ $state == command ]]; then
    words=($line[1] "\${words[@]}")
    (( CURRENT += 1 ))
    case $line[1] in
${node.commands.map((child) => `      ${child.names.join('|')}) ${functionOf(child)} && ret=0 ;;`).join('\n')}
    esac
  fi
  return ret
}`;
}

function commandList(node: CommandNode): string {
  const items = node.commands.flatMap(({ names, description }) => names.map((name) => `    ${quoted(`${escaped(name)}:${escaped(description)}`)}`));
  return `${functionOf(node)}_commands() {
  local -a commands
  commands=(
${items.join('\n')}
  )
  _describe -t commands command commands "$@"
}`;
}

/** Of the spellings of one option, each excludes the others. */
function optionSpecs({ flags, description, value }: OptionNode): readonly string[] {
  const others = flags.length > 1 ? `(${flags.join(' ')})` : '';
  const follow = value === undefined ? '' : `:${escaped(value.name)}:${action(value)}`;
  return flags.map((flag) => {
    const joined = value === undefined ? '' : flag.startsWith('--') ? '=' : '+';
    return quoted(`${others}${flag}${joined}[${escaped(description)}]${follow}`);
  });
}

function argumentSpec(value: Value): string {
  const count = value.isVariadic ? '*:' : value.isRequired ? ':' : '::';
  return quoted(`${count}${escaped(value.name)}:${action(value)}`);
}

/** A single space says that nothing can be completed. */
function action({ kind, choices }: Value): string {
  if (choices.length > 0) return `(${choices.map(choice).join(' ')})`;
  return { file: '_files', folder: '_files -/', text: ' ' }[kind];
}

/** The list is split like a command line, and a colon would end it. */
function choice(text: string): string {
  return text.replaceAll(/[^\w./-]/g, '\\$&');
}

/** `_arguments` and `_describe` take a backslash off each character. */
function escaped(text: string): string {
  return text.replaceAll('\n', ' ').replaceAll(/[\\[\]:$`]/g, '\\$&');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function functionOf({ path }: CommandNode): string {
  return `_${path.join('_').replaceAll(/\W/g, '_')}`;
}
