/** Texts of `conntest replay` -> what it is to do. */

import type { Environment } from './environment.js';
import type { ColorMode } from './types.js';
import { parseColor } from './values/color.js';
import { parseColumns } from './values/columns.js';
import { parseEmphasis } from './values/emphasis.js';
import { type Given, parseChoice, usageError } from './values/given.js';

export const REPLAY_UIS = ['live', 'text'] as const;
export type ReplayUi = (typeof REPLAY_UIS)[number];

export interface ReplayOptions {
  readonly ui: ReplayUi;
  /** Times as fast as the run; null: as fast as it can be read. */
  readonly speed: number | null;
  readonly bits: boolean;
  readonly columns: readonly string[] | null;
  readonly color: ColorMode;
  readonly emphasis: string;
}

/** What was given, by the long name of its flag. */
export interface RawReplay {
  readonly texts: ReadonlyMap<string, Given>;
  readonly bits: boolean;
}

/** Slower nothing would seem to move, faster a frame of the screen would be a minute and a half. */
const MIN_SPEED = 0.1;
const MAX_SPEED = 1000;

/** Throws ERR_CONNTEST_USAGE. */
export function parseReplay({ texts, bits }: RawReplay, env: Environment, hasScreen: boolean): ReplayOptions {
  const [ui, speed, emphasis] = ['ui', 'speed', 'ui-emphasis'].map((name) => texts.get(name));
  const chosen = ui === undefined ? (hasScreen ? 'live' : 'text') : parseChoice(ui, REPLAY_UIS);
  if (chosen === 'live' && !hasScreen && ui !== undefined) {
    throw usageError(ui, 'it needs a terminal; write --ui text, or leave it out');
  }
  return {
    ui: chosen,
    speed: speed === undefined ? (chosen === 'live' ? 1 : null) : parseSpeed(speed),
    bits,
    columns: parseColumns(texts.get('columns')),
    color: parseColor(texts.get('color'), env),
    emphasis: emphasis === undefined ? 'none' : parseEmphasis(emphasis),
  };
}

function parseSpeed(given: Given): number {
  const [, digits = ''] = /^x?(\d{1,6}(?:\.\d{1,6})?)x?$/.exec(given.text.trim()) ?? [];
  const speed = Number(digits);
  if (digits !== '' && speed >= MIN_SPEED && speed <= MAX_SPEED) return speed;
  const problem = digits === '' ? 'not a number' : 'out of range';
  throw usageError(given, `${problem}; write ${MIN_SPEED} to ${MAX_SPEED}, as in 10 for ten times as fast`);
}
