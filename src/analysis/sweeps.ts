/** Logs of `conntest sweep` (docs/sweep.md) -> what a report shows of them. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type Fields, fieldsOf, listOf, numberOf, textOf, timeOf } from './fields.js';

export interface SweepReport {
  readonly target: string;
  readonly version: string;
  readonly peerName: string;
  readonly startMs: number;
  /** Of the last line. */
  readonly endMs: number;
  readonly rounds: number | null;
  readonly seed: number | null;
  /** null: the log has no end, as of a sweep that was killed or goes on. */
  readonly isComplete: boolean | null;
  readonly curves: readonly SweepCurve[];
  readonly verdicts: readonly SweepWord[];
  /** Lines that were none of conntest's. */
  readonly badLines: number;
}

/** One way in one direction, as the log names them. */
export interface SweepCurve {
  readonly way: string;
  readonly direction: string;
  /** In ascending order of their sizes; the lines of type `size`. */
  readonly points: readonly SweepPoint[];
}

export interface SweepPoint {
  readonly sizeBytes: number;
  readonly fields: Fields;
}

export interface SweepWord {
  readonly way: string | null;
  readonly direction: string;
  readonly kind: string;
  readonly text: string;
}

const SCHEMA = '"schema":"conntest-sweep/';
/** The first line says it near its start. */
const HEAD_BYTES = 200;
/** The measurements themselves are most lines of a log, and the sizes have their sums. */
const UNWANTED = /^\{"type":"(?:sample|mtu|plan)"/;

/** Throws what the system says of the file. */
export async function isSweepLog(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead).includes(SCHEMA);
  } finally {
    await file.close();
  }
}

/** Throws what the system says of the file. */
export async function readSweep(path: string): Promise<SweepReport> {
  const { lines, bad } = await readLines(path);
  const of = (type: string): Fields[] => lines.filter((line) => line.type === type);
  const [start = fieldsOf(null)] = of('start');
  const summary = of('summary').at(-1);
  const startMs = timeOf(start.t_ms) ?? 0;
  return {
    target: textOf(start.target) ?? path,
    version: textOf(start.version) ?? '',
    peerName: textOf(fieldsOf(listOf(start.ways)[0]).peer_name) ?? '',
    startMs,
    endMs: Math.max(startMs, ...lines.map((line) => timeOf(line.t_ms) ?? startMs)),
    rounds: numberOf(start.rounds),
    seed: numberOf(start.seed),
    isComplete: summary === undefined ? null : summary.complete === true,
    curves: curvesOf(of('size')),
    verdicts: of('verdict').map(wordOf),
    badLines: bad,
  };
}

async function readLines(path: string): Promise<{ lines: Fields[]; bad: number }> {
  const lines: Fields[] = [];
  let bad = 0;
  for await (const text of createInterface({ input: createReadStream(path, 'latin1') })) {
    if (UNWANTED.test(text)) continue;
    const line = parse(text);
    if (line === null) bad++;
    else lines.push(line);
  }
  return { lines, bad };
}

/** null: no line of conntest's. */
function parse(text: string): Fields | null {
  try {
    const fields = fieldsOf(JSON.parse(text));
    return textOf(fields.type) === null ? null : fields;
  } catch {
    return null;
  }
}

function curvesOf(sizes: readonly Fields[]): SweepCurve[] {
  const curves = new Map<string, { way: string; direction: string; points: Map<number, SweepPoint> }>();
  for (const fields of sizes) {
    const [way, direction] = [textOf(fields.way), textOf(fields.direction)];
    const sizeBytes = numberOf(fields.packet_size_bytes);
    if (way === null || direction === null || sizeBytes === null || sizeBytes <= 0) continue;
    const key = JSON.stringify([way, direction]);
    const known = curves.get(key) ?? { way, direction, points: new Map() };
    // A later one is of more rounds.
    known.points.set(sizeBytes, { sizeBytes, fields });
    curves.set(key, known);
  }
  return [...curves.values()].map(({ points, ...curve }) => ({
    ...curve,
    points: [...points.values()].sort((a, b) => a.sizeBytes - b.sizeBytes),
  }));
}

function wordOf(line: Fields): SweepWord {
  return {
    way: textOf(line.way),
    direction: textOf(line.direction) ?? '',
    kind: textOf(line.kind) ?? '',
    text: textOf(line.text) ?? '',
  };
}
