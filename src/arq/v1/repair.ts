/** What a client and a listener do differently when packets of an original peer, or answers to it, are lost. */
export interface Repair {
  /** Whether the last message that was let through came by way of a repetition or a guess: how long it
   *  took says nothing. */
  readonly isRepeated: boolean;
  /** Whether the peer owes a sign, which is worth a probe when it doesn't come. */
  readonly isWaiting: boolean;
  /** Whether all that is left to say is said again and again: that it arrives is no progress. */
  readonly isStuck: boolean;
  /** Holes before a packet are given up after this many probe times. */
  readonly holeWaits: number;
  /** When silence itself is a reason to act; Infinity for never. */
  readonly quietUs: number;
  /** The lowest index that the peer's next answer can have. */
  readonly answerFrom: number;
  /** The session has queued a message. */
  handleQueued(data: Uint8Array): void;
  /** A Ping that the session knows nothing of was sent behind its question. */
  handlePingAhead(): void;
  /** The session has queued bulk data. */
  handleBulkQueued(): void;
  /** A Normal packet that is no copy has come, maybe out of order. */
  handleArrival(nowUs: number, index: number, isBulk: boolean): void;
  /** Something of the peer has come: an Ack or a packet of any kind. */
  handleHeard(nowUs: number): void;
  /** A bulk packet came in order where none was due. */
  handleStray(index: number, sizeBytes: number): void;
  /** All bulk data that was due has been dealt with. */
  handleCounted(): void;
  /** A message has come in order: what the session is to be told in its place, or null for nothing. */
  screen(nowUs: number, index: number, data: Uint8Array): Uint8Array | null;
  /** The peer gave no sign for a probe time, after `fruitless` probes that brought nothing either. */
  handleProbe(nowUs: number, fruitless: number): void;
  /** It is `quietUs`. */
  handleQuiet(): void;
  /** What the peer must have said by all appearances, though it never came; null for nothing. */
  takeGuess(): Uint8Array | null;
}
