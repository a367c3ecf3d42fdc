import { COMPLETED, type CompletedCommand, type CompletedFlag, RUN } from './grammar.js';

export function bashScript(): string {
  const names = COMPLETED.map(({ name }) => name);
  return `# eval "$(conntest completion bash)", in ~/.bashrc
_conntest() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=run
  if [ "$COMP_CWORD" -gt 1 ]; then
    case \${COMP_WORDS[1]} in
      ${names.join('|')}) command=\${COMP_WORDS[1]} ;;
    esac
  fi
  COMPREPLY=()
  "_conntest_$command"
}
${[RUN, ...COMPLETED].map((command) => commandFunction(command, names)).join('')}complete -F _conntest conntest
`;
}

/** For a run, the commands may be the first word. */
function commandFunction(command: CompletedCommand, names: readonly string[]): string {
  const values = command.flags.flatMap((flag) =>
    flag.value === null
      ? []
      : [`    ${wordsOf(flag).join('|')}) COMPREPLY=(${completedValue(flag)}); return ;;\n`],
  );
  const cases = values.length === 0 ? '' : `  case $prev in\n${values.join('')}  esac\n`;
  const flags = command.flags.map(({ long }) => `--${long}`);
  const lines = [`  COMPREPLY=(${oneOf([...flags, ...operandWords(command)])})\n`];
  if (command === RUN) {
    lines.push(`  [ "$COMP_CWORD" -gt 1 ] || COMPREPLY+=(${oneOf(names)})\n`);
  }
  if (command.operands === 'paths') lines.push('  COMPREPLY+=($(compgen -f -- "$cur"))\n');
  return `_conntest_${command.name}() {\n${cases}${lines.join('')}}\n`;
}

function wordsOf({ long, short }: CompletedFlag): string[] {
  return short === undefined ? [`--${long}`] : [`-${short}`, `--${long}`];
}

function operandWords({ operands }: CompletedCommand): readonly string[] {
  return operands === 'paths' || operands === 'unknown' ? [] : operands;
}

function completedValue({ isPath, choices }: CompletedFlag): string {
  if (isPath) return '$(compgen -f -- "$cur")';
  return choices.length === 0 ? '' : oneOf(choices);
}

function oneOf(words: readonly string[]): string {
  return `$(compgen -W '${words.join(' ')}' -- "$cur")`;
}
