import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFailIf } from '../../src/options/values/fail-if.js';
import { METRICS } from '../../src/verdict/metrics.js';
import { assertRefused, given } from './fixture.js';

const EXAMPLE = "write e.g. 'p99>20ms', in quotes: the shell takes < and > for its own";

/** How a condition is understood: metric, comparison, and the limit in the metric's unit. */
const UNDERSTOOD: readonly (readonly [text: string, name: string, comparison: string, limit: number])[] = [
  ['p99>20ms', 'p99', '>', 20e6],
  ['p99 >= 20 ms', 'p99', '>=', 20e6],
  ['P99.9>1.5s', 'p99.9', '>', 1.5e9],
  ['p50load>250us', 'p50load', '>', 250_000],
  ['max>800ns', 'max', '>', 800],
  ['outage>1m', 'outage', '>', 60e9],
  ['loss>0.5%', 'loss', '>', 0.005],
  ['loss>0', 'loss', '>', 0],
  ['up<100mbit', 'up', '<', 100e6],
  ['up<100Mbit/s', 'up', '<', 100e6],
  ['down<=1.5gbit', 'down', '<=', 1.5e9],
  ['down<12.5MB/s', 'down', '<', 100e6],
  ['residual>0', 'residual', '>', 0],
  ['retries>=3', 'retries', '>=', 3],
];

for (const [text, name, comparison, limit] of UNDERSTOOD) {
  test(`${text} is a condition`, () => {
    const condition = parseFailIf(given(text));
    assert.deepEqual(
      [condition.metric.name, condition.comparison, condition.limit],
      [name, comparison, limit],
    );
    assert.deepEqual(parseFailIf(given(condition.text)), condition, 'as it is printed');
  });
}

const REFUSED: readonly (readonly [text: string, problem: string])[] = [
  ['', `no comparison in it; ${EXAMPLE}`],
  ['p99', `no comparison in it; ${EXAMPLE}`],
  ['p99=20ms', "'=' is not one of < <= > >="],
  ['>20ms', `no metric before the comparison; ${EXAMPLE}`],
  ['p9>20ms', "'p9' is no metric; did you mean 'p90'?"],
  ['los>1%', "'los' is no metric; did you mean 'loss'?"],
  ['speed<1gbit', `'speed' is no metric; the metrics are ${METRICS.map(({ name }) => name).join(', ')}`],
  ['p99>', 'no value behind the comparison: p99 is a time; write e.g. 500us, 20ms or 1.5s'],
  ['p99>20', "'20' has no unit: p99 is a time; write e.g. 500us, 20ms or 1.5s"],
  ['p99>20mbit', "unknown unit 'mbit': p99 is a time; write e.g. 500us, 20ms or 1.5s"],
  ['p99>-1ms', "'-1ms' is no value: p99 is a time; write e.g. 500us, 20ms or 1.5s"],
  ['p99>20ms>30ms', "'20ms>30ms' is no value: p99 is a time; write e.g. 500us, 20ms or 1.5s"],
  ['loss>0.005', "'0.005' has no unit: loss is a share; write e.g. 0.5% or 2%"],
  ['up<100', "'100' has no unit: up is a rate; write e.g. 500kbit, 100mbit or 12.5MB/s"],
  ['up<100Mb/s', "unknown unit 'Mb/s': up is a rate; write e.g. 500kbit, 100mbit or 12.5MB/s"],
  ['retries>1.5', "'1.5' is too fine: retries is a count; write e.g. 0 or 100"],
  ['retries>many', "'many' is no value: retries is a count; write e.g. 0 or 100"],
];

for (const [text, problem] of REFUSED) {
  test(`'${text}' is refused: ${problem}`, () => {
    assertRefused(() => parseFailIf(given(text)), `--it '${text}': ${problem}`);
  });
}
