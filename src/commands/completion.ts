import type { Command } from 'commander';
import type { Io } from '../io/io.ts';
import { bash } from './completion/bash.ts';
import { fish } from './completion/fish.ts';
import { commandTree } from './completion/tree.ts';
import { zsh } from './completion/zsh.ts';
import type { Shell } from './options.ts';
import type { Outcome } from './outcome.ts';

const SHELLS = { bash, zsh, fish } satisfies Record<Shell, unknown>;

/** Prints the script that completes the program's commands and options. */
export async function completion(program: Command, shell: Shell, io: Io): Promise<Outcome> {
  io.output.write(completionScript(program, shell));
  return 'done';
}

/** The script knows all commands and options itself: the program is not started while somebody types. */
export function completionScript(program: Command, shell: Shell): string {
  return SHELLS[shell](commandTree(program));
}
