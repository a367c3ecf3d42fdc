// The only globals that the pure folders use: both are in every JavaScript runtime, though not in the
// language, so the compiler's es2023 library doesn't know them.
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
declare class TextDecoder {
  constructor(label: 'utf-8', options: { fatal: boolean; ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}

const encoder = new TextEncoder();
// A byte order mark is kept: it is no white space of JSON, and the original refuses it.
const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });
const REPLACEMENT = '\ufffd';

export const LF = 0x0a;
/** '%', the content of bulk data. */
export const FILLER = 0x25;
export const ZERO = 0x30;
export const NO_BYTES = new Uint8Array(0);

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Ill-formed UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** null for ill-formed UTF-8. */
export function decodeUtf8Strict(bytes: Uint8Array): string | null {
  const text = decoder.decode(bytes);
  if (!text.includes(REPLACEMENT)) return text;
  const again = encoder.encode(text);
  const isSame = again.length === bytes.length && again.every((byte, i) => byte === bytes[i]);
  return isSame ? text : null;
}
