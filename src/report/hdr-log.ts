/** --hdr-log: each interval's latencies in HdrHistogram's log format 1.3, one line a row and kind, tagged with both:
 *  what HistogramLogAnalyzer, HdrHistogram's plotters and hdr-histogram-js's reader read. Values are in ns, the
 *  column of maxima in ms, as that format has it. */
import type { PeerSnapshot, RunSnapshot, TimesName } from '../stats/snapshot.js';
import { printable } from './print/ascii.js';
import { IntervalHistograms, TIMES_NAMES } from './records/interval-histograms.js';
import type { Output, Reporter, ReporterFactory } from './reporter.js';

const TAG_CHARS = 200;
const NS_PER_MS = 1e6;

export const createHdrLogReporter: ReporterFactory = (out) => new HdrLogReporter(out);

class HdrLogReporter implements Reporter {
  readonly #out: Output;
  readonly #histograms = new IntervalHistograms();
  #lastMs = 0;

  constructor(out: Output) {
    this.#out = out;
  }

  handleEvent(event: Parameters<Reporter['handleEvent']>[0]): void {
    if (event.type === 'omitted') {
      this.#histograms.restart();
      this.#lastMs = event.tMs;
    }
    if (event.type !== 'start') return;
    this.#lastMs = event.tMs;
    const at = new Date(event.tMs).toISOString();
    this.#out.write(
      '#[Histogram log format version 1.3]\n' +
        `#[StartTime: ${seconds(event.tMs)} (seconds since epoch), ${at}]\n` +
        '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"\n',
    );
  }

  handleSnapshot(snapshot: RunSnapshot): void {
    // The next one then covers both intervals.
    if (!this.#out.lagging) this.#writeInterval(snapshot);
  }

  handleSummary(snapshot: RunSnapshot): void {
    this.#writeInterval(snapshot);
  }

  #writeInterval(snapshot: RunSnapshot): void {
    const span = `${seconds(this.#lastMs)},${seconds(snapshot.tMs - this.#lastMs)}`;
    this.#lastMs = snapshot.tMs;
    let lines = '';
    for (const [peer, taken] of this.#histograms.take(snapshot)) {
      for (const name of TIMES_NAMES) {
        const histogram = taken[name];
        if (histogram === null) continue;
        const maxMs = (histogram.maxNs / NS_PER_MS).toFixed(6);
        lines += `Tag=${tagOf(peer, name)},${span},${maxMs},${histogram.base64}\n`;
      }
    }
    if (lines !== '') this.#out.write(lines);
  }
}

/** Commas and blanks end a tag; the names are those of --ui json. */
function tagOf(peer: PeerSnapshot, name: TimesName): string {
  const kind = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const whose =
    peer.role === 'client' ? peer.target : `${peer.target}/${peer.peerName ?? ''}/${peer.ip ?? ''}`;
  return `${kind}:${printable(whose, TAG_CHARS).replace(/[, ]/g, '_')}`;
}

/** To the millisecond. */
function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
