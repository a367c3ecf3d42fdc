import { COMPLETED, type CompletedCommand, type CompletedFlag, RUN } from './grammar.js';

export function zshScript(): string {
  const names = COMPLETED.map(({ name }) => name);
  const commands = COMPLETED.map(({ name, help }) => `${name}\\:"${text(help)}"`);
  return `#compdef conntest
# eval "$(conntest completion zsh)", in ~/.zshrc behind compinit
_conntest() {
  if (( CURRENT > 2 )); then
    case $words[2] in
      ${names.join('|')})
        local command=$words[2]
        shift words
        (( CURRENT-- ))
        "_conntest_$command"
        return
        ;;
    esac
  fi
  _conntest_run
}
${commandFunction(RUN, [`'1::command:((${commands.join(' ')}))'`])}${COMPLETED.map((command) =>
  commandFunction(command, operandsOf(command)),
).join('')}compdef _conntest conntest
`;
}

function commandFunction({ name, flags }: CompletedCommand, operands: readonly string[]): string {
  const lines = ['_arguments', ...flags.flatMap(flagLines), ...operands];
  return `_conntest_${name}() {\n  ${lines.join(' \\\n    ')}\n}\n`;
}

function flagLines(flag: CompletedFlag): string[] {
  const names = flag.short === undefined ? [`--${flag.long}`] : [`-${flag.short}`, `--${flag.long}`];
  const repeated = flag.isRepeatable ? '*' : '';
  return names.map((name) => `'${repeated}${name}[${text(flag.help)}]${completedValue(flag)}'`);
}

function completedValue({ value, isPath, choices }: CompletedFlag): string {
  if (value === null) return '';
  const name = value.slice(1, -1);
  if (isPath) return `:${name}:_files`;
  return `:${name}:${choices.length === 0 ? '' : `(${choices.join(' ')})`}`;
}

function operandsOf({ operands }: CompletedCommand): string[] {
  if (operands === 'paths') return ["'*:log:_files'"];
  return operands === 'unknown' ? [] : [`'1::word:(${operands.join(' ')})'`];
}

function text(words: string): string {
  return words.replace(/[[\]:\\]/g, '\\$&').replaceAll("'", "'\\''");
}
