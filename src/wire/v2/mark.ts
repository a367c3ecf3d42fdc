const MARK = '+2';

/** The connection id of a client that knows v2. To an original an id is any string, echoed back. */
export function markId(uuid: string): string {
  return uuid + MARK;
}

export function isMarked(connectionId: string): boolean {
  return connectionId.length > MARK.length && connectionId.endsWith(MARK);
}
