import { COMPLETED, type CompletedCommand, type CompletedFlag, RUN } from './grammar.js';

export function fishScript(): string {
  const names = COMPLETED.map(({ name }) => name).join(' ');
  const commands = COMPLETED.flatMap((command) => {
    const { name, help } = command;
    const within = `-n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c conntest -n __fish_use_subcommand -a ${name} -d '${text(help)}'`,
      ...flagLines(command, within),
      ...operandLines(command, within),
    ];
  });
  return `# conntest completion fish | source, in ~/.config/fish/config.fish
complete -c conntest -f
${flagLines(RUN, `-n 'not __fish_seen_subcommand_from ${names}'`).join('\n')}
${commands.join('\n')}
`;
}

function flagLines({ flags }: CompletedCommand, within: string): string[] {
  return flags.map((flag) => {
    const short = flag.short === undefined ? '' : ` -s ${flag.short}`;
    return `complete -c conntest ${within} -l ${flag.long}${short}${completedValue(flag)} -d '${text(flag.help)}'`;
  });
}

function completedValue({ value, isPath, choices }: CompletedFlag): string {
  if (value === null) return '';
  if (isPath) return ' -r -F';
  return choices.length === 0 ? ' -x' : ` -x -a '${choices.join(' ')}'`;
}

function operandLines({ operands }: CompletedCommand, within: string): string[] {
  if (operands === 'unknown') return [];
  const what = operands === 'paths' ? '-F' : `-a '${operands.join(' ')}'`;
  return [`complete -c conntest ${within} ${what}`];
}

function text(words: string): string {
  return words.replace(/[\\']/g, '\\$&');
}
