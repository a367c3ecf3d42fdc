/** Colours by meaning. With `color` false a palette adds nothing at all. */
import { Chalk, type ChalkInstance, foregroundColorNames } from 'chalk';

export type Tone = 'plain' | 'good' | 'warning' | 'bad' | 'faint' | 'strong' | 'emphasis' | 'selected';
export type Paint = (tone: Tone, text: string) => string;

/** The 16 colours that every terminal with colours has, and that follow its theme. */
const ANSI_16 = 1;

/** `emphasis` is the colour of names: one of chalk's (`red`, `redBright` …), or `none` for bold alone. */
export function createPaint(color: boolean, emphasis: string): Paint {
  if (!color) return (_tone, text) => text;
  const chalk = new Chalk({ level: ANSI_16 });
  const styles: Record<Tone, ChalkInstance> = {
    plain: chalk.reset,
    good: chalk.green,
    warning: chalk.yellow,
    bad: chalk.red,
    faint: chalk.dim,
    strong: chalk.bold,
    emphasis: emphasisStyle(chalk, emphasis),
    selected: emphasisStyle(chalk, emphasis).inverse,
  };
  return (tone, text) => (tone === 'plain' || text === '' ? text : styles[tone](text));
}

function emphasisStyle(chalk: ChalkInstance, emphasis: string): ChalkInstance {
  const name = foregroundColorNames.find((candidate) => candidate === emphasis);
  return name === undefined ? chalk.bold : chalk.bold[name];
}
