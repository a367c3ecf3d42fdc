/** Colours of the page's style, for what is drawn on a canvas. */

export interface Theme {
  readonly ink: string;
  readonly grid: string;
  readonly trouble: string;
  color(name: string): string;
  /** Of the area between the least and the largest. */
  band(name: string): string;
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: color('muted'),
    grid: color('grid'),
    trouble: color('trouble'),
    color,
    band: (name) => `${color(name)}38`,
  };
}
