/** The words that flags with a fixed set of values take, for whoever completes them. */

import type { NameOf } from './flags/run.js';
import { COLOR_MODES } from './values/color.js';
import { EMPHASIS_NAMES } from './values/emphasis.js';
import { LOG_FORMATS, LOG_LEVELS } from './values/log.js';
import { UI_NAMES } from './values/ui.js';

export const CHOICES: Readonly<Partial<Record<NameOf<'text' | 'list'>, readonly string[]>>> = {
  ui: UI_NAMES,
  color: COLOR_MODES,
  'ui-emphasis': EMPHASIS_NAMES,
  'log-level': LOG_LEVELS,
  'log-format': LOG_FORMATS,
};
