import type { V2Meta } from '../../wire/v2/meta.js';

export type Role = 'client' | 'listener';

/** The opening of a connection: the client's Hello (0), the listener's (0) with a token, and the client's
 *  packet 1, which brings the token back and so proves the client's address. */
export class Handshake {
  readonly role: Role;
  /** Both sides have shown that they speak v2, and the client its address. */
  isOpen = false;
  token: string;

  /** @param token the listener's own, 16 hex digits that nobody can guess; a client has none yet */
  constructor(role: Role, token: string) {
    this.role = role;
    this.token = token;
  }

  /** Whether an index may be sent as yet. */
  allows(index: number): boolean {
    return this.isOpen || index === 0;
  }

  /** The meta of a control packet; null: Normal. Every copy of the client's Hello is Normal, for it may be an
   *  original that reads it. */
  metaOf(index: number, copy: number): V2Meta | null {
    const { token } = this;
    if (index === 0) return this.role === 'client' ? null : { kind: 'accept', token, copy };
    if (index === 1 && this.role === 'client') return { kind: 'token', token, copy };
    return copy === 0 ? null : { kind: 'resend', copy };
  }
}
