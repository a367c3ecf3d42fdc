/** HTML as text: what comes from logs, and so from strangers, is escaped; what is marked as HTML is not. */

export interface Html {
  readonly html: string;
}

type Part = string | number | Html | readonly Html[];

/** A tagged template: `${text}` is escaped, Html and lists of it are taken as they are. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const text = strings.map((string, index) => string + (index < parts.length ? render(parts[index]!) : ''));
  return { html: text.join('') };
}

/** Only for what was written by us. */
export function raw(text: string): Html {
  return { html: text };
}

/** JSON that can stand within a script element. */
export function jsonWithin(value: unknown): Html {
  return {
    html: JSON.stringify(value).replace(
      /[<>&\u2028\u2029]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  };
}

function render(part: Part): string {
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escaped(part);
  return 'html' in part ? part.html : part.map(({ html }) => html).join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
