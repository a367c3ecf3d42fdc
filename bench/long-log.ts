/** The log of a day, made of a short run's: its lines over and over, with the time going on. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

const SNAPSHOT = '{"type":"snapshot"';
const TIME = '"t_ms":';
/** Epoch ms has so many digits until 2286. */
const TIME_DIGITS = 13;
/** The first snapshots are of connections that are not up yet. */
const SKIPPED_SNAPSHOTS = 3;

/** @param shortPath a log with snapshots a second apart
 *  @throws Error when there is no room for it
 *  @returns its size in bytes */
export async function writeLongLog(shortPath: string, path: string, snapshots: number): Promise<number> {
  const lines = (await readFile(shortPath, 'latin1')).trimEnd().split('\n');
  const isSnapshot = (line: string) => line.startsWith(SNAPSHOT);
  const ticks = lines.flatMap((line, index) => (isSnapshot(line) ? [index] : []));
  const body = lines.slice(ticks[SKIPPED_SNAPSHOTS], ticks.at(-1));
  const rounds = Math.ceil(snapshots / body.filter(isSnapshot).length);
  const head = Buffer.from(`${lines[0]}\n`, 'latin1');
  const round = Buffer.from(`${body.join('\n')}\n`, 'latin1');
  const sizeBytes = head.length + rounds * round.length;
  await assertRoom(path, sizeBytes);
  const times = timesIn(round);
  const roundMs = 1000 * Math.round((times.at(-1)!.tMs - times[0]!.tMs) / 1000) + 1000;
  const out = createWriteStream(path);
  out.write(head);
  for (let i = 0; i < rounds; i++) {
    const next = Buffer.from(round);
    for (const { at, tMs } of times) next.write(`${tMs + i * roundMs}`, at, 'latin1');
    if (!out.write(next)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
  return sizeBytes;
}

function timesIn(text: Buffer): { at: number; tMs: number }[] {
  const times = [];
  for (let line = 0; line < text.length; line = text.indexOf('\n', line) + 1) {
    const at = text.indexOf(TIME, line) + TIME.length;
    times.push({ at, tMs: Number(text.toString('latin1', at, at + TIME_DIGITS)) });
  }
  return times;
}

async function assertRoom(path: string, sizeBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  if (bavail * bsize > 1.1 * sizeBytes) return;
  throw new Error(`${dirname(path)} has no room for a log of ${Math.ceil(sizeBytes / 1e9)} GB; set TMPDIR`);
}
