/** conntest completion SHELL: what a shell has to read to complete our command line. Made from the flags. */
import { ConntestError } from './errors.js';
import { CHOICES } from './options/choices.js';
import { FLAGS, type Flag } from './options/flags.js';
import { didYouMean } from './options/nearest.js';

const SHELLS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
const NAMES = Object.keys(SHELLS) as readonly (keyof typeof SHELLS)[];

/** Throws ERR_CONNTEST_USAGE. */
export function completionScript(operands: readonly string[]): string {
  const [given, more] = operands;
  const name = NAMES.find((known) => known === given);
  if (name !== undefined && more === undefined) return SHELLS[name]();
  const hint = given === undefined || more !== undefined ? '' : didYouMean(given, NAMES);
  throw new ConntestError(
    'ERR_CONNTEST_USAGE',
    `completion: write conntest completion ${NAMES.join('|')}${hint}`,
  );
}

function choicesOf(flag: Flag): readonly string[] {
  return flag.kind === 'switch' ? [] : (CHOICES[flag.long] ?? []);
}

function bashScript(): string {
  const cases = FLAGS.flatMap((flag) => {
    if (flag.kind === 'switch') return [];
    const words = 'short' in flag ? `-${flag.short}|--${flag.long}` : `--${flag.long}`;
    return `    ${words}) COMPREPLY=(${bashValues(flag)}); return ;;`;
  });
  const flags = FLAGS.map(({ long }) => `--${long}`).join(' ');
  return `# eval "$(conntest completion bash)", in ~/.bashrc
_conntest() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  case $prev in
${cases.join('\n')}
    completion) COMPREPLY=($(compgen -W '${NAMES.join(' ')}' -- "$cur")); return ;;
  esac
  COMPREPLY=($(compgen -W '${flags} completion' -- "$cur"))
}
complete -F _conntest conntest
`;
}

/** Nothing for a value that only its user knows. */
function bashValues(flag: Flag): string {
  if (flag.value === '<file>') return '$(compgen -f -- "$cur")';
  const choices = choicesOf(flag);
  return choices.length === 0 ? '' : `$(compgen -W '${choices.join(' ')}' -- "$cur")`;
}

function zshScript(): string {
  const flags = FLAGS.flatMap((flag) => {
    const repeated = flag.kind === 'list' ? '*' : '';
    const names = 'short' in flag ? [`-${flag.short}`, `--${flag.long}`] : [`--${flag.long}`];
    return names.map((name) => `  '${repeated}${name}[${zshText(flag.help)}]${zshValues(flag)}'`);
  });
  return `#compdef conntest
# eval "$(conntest completion zsh)", in ~/.zshrc behind compinit
_conntest() {
  _arguments \\
${flags.map((line) => `  ${line} \\`).join('\n')}
    '1::command:(completion)' '2::shell:(${NAMES.join(' ')})'
}
compdef _conntest conntest
`;
}

function zshValues(flag: Flag): string {
  if (flag.kind === 'switch') return '';
  const name = flag.value.slice(1, -1);
  if (flag.value === '<file>') return `:${name}:_files`;
  const choices = choicesOf(flag);
  return `:${name}:${choices.length === 0 ? '' : `(${choices.join(' ')})`}`;
}

function zshText(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&').replaceAll("'", "'\\''");
}

function fishScript(): string {
  const flags = FLAGS.map((flag) => {
    const short = 'short' in flag ? ` -s ${flag.short}` : '';
    return `complete -c conntest -l ${flag.long}${short}${fishValues(flag)} -d '${fishText(flag.help)}'`;
  });
  return `# conntest completion fish | source, in ~/.config/fish/config.fish
complete -c conntest -f
${flags.join('\n')}
complete -c conntest -n __fish_use_subcommand -a completion -d 'a script for this shell'
complete -c conntest -n '__fish_seen_subcommand_from completion' -a '${NAMES.join(' ')}'
`;
}

function fishValues(flag: Flag): string {
  if (flag.kind === 'switch') return '';
  if (flag.value === '<file>') return ' -r -F';
  const choices = choicesOf(flag);
  return choices.length === 0 ? ' -x' : ` -x -a '${choices.join(' ')}'`;
}

function fishText(text: string): string {
  return text.replace(/[\\']/g, '\\$&');
}
