/** Logs written for a test, with the reporter that writes the real ones. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createJsonReporter } from '../../src/report/json.js';
import { LatencyMerge } from '../../src/stats/latency.js';
import type { PeerSnapshot } from '../../src/stats/snapshot.js';
import { memoryOutput, peer, play, runSnapshot, SETTINGS, type Step } from '../report/fixture.js';
import type { Lifetime } from '../support/children.js';

export function logText(steps: readonly Step[]): string {
  const out = memoryOutput();
  play(createJsonReporter(out, SETTINGS), steps);
  return out.text;
}

/** Writes a file that ends with the test.
 *  @returns its path */
export function logFile(t: Lifetime, text: string, name = 'run.jsonl'): string {
  const folder = mkdtempSync(join(tmpdir(), 'conntest-report-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

export interface Second {
  readonly upBps: number | null;
  /** Idle latencies that were measured in it. */
  readonly latenciesNs?: readonly number[];
  readonly loadedNs?: readonly number[];
  readonly lost?: number;
}

/** A snapshot a second of one client, whose counters run on as the real ones do. */
export function seconds(list: readonly Second[], given: Partial<PeerSnapshot> = {}): Step[] {
  const latency = new LatencyMerge();
  const latencyLoaded = new LatencyMerge();
  const none = new LatencyMerge();
  const histograms = { latency, latencyLoaded, rtt: none, rttLoaded: none, owd: none };
  let lost: number | null = null;
  return list.map((second, index) => {
    if (second.lost !== undefined) lost = (lost ?? 0) + second.lost;
    const row = peer({ histograms, lost, ...given });
    const snapshot = runSnapshot((index + 1) * 1000, {
      clients: [{ ...row, up: { ...row.up, rateBps: second.upBps } }],
    });
    // Histograms are read when the snapshot is handled: so they are filled just before.
    return {
      get snapshot() {
        for (const valueNs of second.latenciesNs ?? []) latency.record(valueNs);
        for (const valueNs of second.loadedNs ?? []) latencyLoaded.record(valueNs);
        return snapshot;
      },
    };
  });
}
