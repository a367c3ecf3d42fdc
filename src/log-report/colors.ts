/** The colours and dashes of pages and charts. Colours of lines are told apart by people who see red and green alike
 *  (after Okabe and Ito). */
import type { SeriesSpec } from './chart-spec.js';

export const LIGHT = {
  ground: '#ffffff',
  panel: '#f6f7f9',
  ink: '#1a1d21',
  muted: '#5a6270',
  grid: '#e1e4e9',
  rule: '#d3d7de',
  accent: '#0b62a8',
  trouble: '#b3261e',
  up: '#0072b2',
  down: '#d55e00',
  idle: '#00795a',
  loaded: '#a3478a',
  lost: '#b3261e',
  resent: '#b07800',
  reordered: '#3b7dbd',
} as const;

export type ColorName = keyof typeof LIGHT;

export const DARK: Readonly<Record<ColorName, string>> = {
  ground: '#14171b',
  panel: '#1c2026',
  ink: '#e8eaed',
  muted: '#a2abb8',
  grid: '#2b3139',
  rule: '#383f49',
  accent: '#6cb6f5',
  trouble: '#ff7a70',
  up: '#56b4e9',
  down: '#f0914a',
  idle: '#3ecfa0',
  loaded: '#e08cc6',
  lost: '#ff7a70',
  resent: '#e6b450',
  reordered: '#8ab8f0',
};

/** As stroke-dasharray. */
export const DASHES: Readonly<Record<SeriesSpec['dash'], string>> = {
  line: 'none',
  dashed: '7 4',
  dotted: '2 3',
};
