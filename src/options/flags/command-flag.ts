/** The flags of a subcommand (`conntest probe`, `conntest sweep`) as tables, which the parser and the help both read. */
import type { Given } from '../values/given.js';

export interface FlagRow {
  readonly long: string;
  readonly short?: string;
  /** The value's name in the help; null: a switch. */
  readonly value: string | null;
  readonly group: string;
  readonly help: string;
}

export type SwitchOf<Flag extends FlagRow> = Extract<Flag, { readonly value: null }>['long'];
export type TextOf<Flag extends FlagRow> = Exclude<Flag['long'], SwitchOf<Flag>>;

/** argv, split and named, its values unread. */
export interface RawCommand<Flag extends FlagRow> {
  readonly targets: readonly Given[];
  readonly texts: ReadonlyMap<TextOf<Flag>, Given>;
  readonly switches: ReadonlySet<SwitchOf<Flag>>;
}
