import { allNodes, type CommandNode, type OptionNode, type Value } from './tree.ts';

/** For bash 3.2 (macOS) and later: no associative arrays, no `mapfile`, and `compopt` only where it is there. */
export function bash(program: CommandNode): string {
  const nodes = allNodes(program);
  const name = program.path.join();
  const self = `_${name.replaceAll(/\W/g, '_')}`;
  return `# bash completion of ${name}

${self}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} at=${quoted(name)} index
  COMPREPLY=()
  # Bash splits --option=value into three words.
  if [[ $current == '=' ]]; then current=; elif [[ $previous == '=' ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi

  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$at \${COMP_WORDS[index]}" in
${lines(nodes.flatMap(steps), 6)}
    esac
  done

  case "$at $previous" in
${lines(
  nodes.flatMap((node) => values(node, self)),
  4,
)}
  esac

  case "$at" in
${lines(
  nodes.map((node) => words(node, self)),
  4,
)}
  esac
}

# The words that begin with what was typed.
${self}_words() {
  local word quoted
  for word in "\${@:2}"; do
    if [[ $word == "$1"* ]]; then
      printf -v quoted %q "$word"
      COMPREPLY+=("$quoted")
    fi
  done
}

# Readline's own completion of files knows more of quoting; where it cannot be asked for, a plain list.
${self}_files() {
  local word
  compopt -o "$2" 2>/dev/null && return
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$3" -- "$1")
}

complete -F ${self} ${quoted(name)}
`;
}

/** Words before the cursor: into a command, or past the value of an option. */
function steps(node: CommandNode): readonly string[] {
  const at = node.path.join(' ');
  const taking = node.options.filter(({ value }) => value !== undefined).flatMap(({ flags }) => flags);
  return [
    ...node.commands.map((child) => `${alternatives(at, child.names)}) at=${quoted(child.path.join(' '))} ;;`),
    ...(taking.length > 0 ? [`${alternatives(at, taking)}) if [[ \${COMP_WORDS[index+1]} == '=' ]]; then ((index += 2)); else ((index += 1)); fi ;;`] : []),
  ];
}

function values({ path, options }: CommandNode, self: string): readonly string[] {
  const at = path.join(' ');
  const line = ({ flags }: OptionNode, value: Value): string =>
    `${alternatives(at, flags)}) ${[complete(value, self), 'return'].filter((part) => part !== '').join('; ')} ;;`;
  return options.flatMap((option) => (option.value === undefined ? [] : [line(option, option.value)]));
}

function words({ path, options, commands, values: own }: CommandNode, self: string): string {
  const flags = `${self}_words "$current" ${list(options.flatMap((option) => option.flags))}`;
  const known = commands.flatMap(({ names }) => names);
  const offers = [...(known.length > 0 ? [`${self}_words "$current" ${list(known)}`] : []), ...own.map((value) => complete(value, self))].filter(
    (offer) => offer !== '',
  );
  return `${quoted(path.join(' '))}) ${offers.length === 0 ? flags : `if [[ $current == -* ]]; then ${flags}; else ${offers.join('; ')}; fi`} ;;`;
}

function complete({ kind, choices }: Value, self: string): string {
  if (choices.length > 0) return `${self}_words "$current" ${list(choices)}`;
  if (kind === 'text') return '';
  return `${self}_files "$current" ${kind === 'file' ? 'default -f' : 'dirnames -d'}`;
}

function alternatives(at: string, names: readonly string[]): string {
  return names.map((name) => quoted(`${at} ${name}`)).join('|');
}

function list(items: readonly string[]): string {
  return items.map(quoted).join(' ');
}

function quoted(text: string): string {
  return /^[\w-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function lines(texts: readonly string[], indent: number): string {
  return texts.map((text) => `${' '.repeat(indent)}${text}`).join('\n');
}
