/** Many UDP connections, each with a rate of its own. */
import type { BenchSettings } from '../items.js';
import { conntestRate, type Rate } from '../rates.js';
import { type Bar, type Result, result } from '../result.js';

const CONNECTIONS = 200;
const RATE_BPS = 5e6;
const WORKERS = 2;
const WARM_UP_US = 9e6;
/** Of 3 s each. */
const PHASES = 3;

/** Of the set rate, in per cent. */
const WITHIN: Bar = { kind: 'below', value: 2 };
const NONE: Bar = { kind: 'below', value: 1 };

export async function benchPaced({ pairs, say }: BenchSettings): Promise<Result[]> {
  const rates: Rate[] = [];
  for (let i = 0; i < pairs; i++) {
    rates.push(
      await conntestRate({
        protocol: 'udp',
        direction: 'up',
        uriOptions: `packet-size=1400&rate=${RATE_BPS}`,
        workers: WORKERS,
        connections: CONNECTIONS,
        warmUpUs: WARM_UP_US,
        phases: PHASES,
      }),
    );
    say(`${i + 1} of ${pairs}`);
  }
  const lost = rates.map((rate) => rate.lost ?? Number.NaN);
  return [
    result('the connection that is furthest from its rate', 'percent', rates.map(furthestPercent), WITHIN),
    result('packets lost, of all connections', 'packets', lost, NONE),
    result(
      'mean of a connection in the warm-up, of its rate',
      'percent',
      rates.map(({ warmUpBps }) => (100 * warmUpBps) / RATE_BPS),
      null,
    ),
    result(
      'CPU time of a GB, both sides',
      'seconds',
      rates.map(({ cpuSecondsPerGB }) => cpuSecondsPerGB),
      null,
    ),
  ];
}

function furthestPercent({ connectionsBps }: Rate): number {
  return 100 * Math.max(...connectionsBps.map((bps) => Math.abs(bps / RATE_BPS - 1)));
}
