import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCommandArgv } from '../../src/cli/command-argv.js';
import { sweepHelp } from '../../src/cli/sweep-help.js';
import { SWEEP_FLAGS } from '../../src/options/flags/sweep.js';
import { type ParsedSweep, parseSweep } from '../../src/options/sweep.js';

const CONTEXT = { hostname: 'here', seed: 4711 };
const TARGET = 'udp://192.0.2.1:1234';

function parse(...argv: string[]): ParsedSweep {
  return parseSweep(readCommandArgv('sweep', SWEEP_FLAGS, argv), {}, CONTEXT);
}

function sizesOf(text: string, target = TARGET): readonly number[] {
  const { sizes } = parse(target, '--sizes', text).options;
  return sizes.kind === 'list' ? sizes.sizesBytes : [];
}

test('without flags all sizes that tell something are measured five times, in both directions', () => {
  const { options, ui, output, bits } = parse(TARGET);
  const { target, ...rest } = options;
  assert.deepEqual([target.protocol, target.host, target.port], ['udp', '192.0.2.1', 1234]);
  assert.deepEqual(rest, {
    name: 'here',
    ways: ['udp'],
    sizes: { kind: 'auto' },
    directions: ['up', 'down'],
    rounds: 5,
    phaseUs: 300_000,
    seed: 4711,
    timeoutMs: 2000,
    udpIo: 'auto',
    maxPacketSizeBytes: 63_000,
  });
  assert.equal(parse('tcp://h:1').options.maxPacketSizeBytes, 64_000_000);
  assert.deepEqual([ui, output, bits], ['text', null, false]);
});

test('sizes are ranges, lists and both, with units, in their order and once each', () => {
  assert.deepEqual(sizesOf('1200..1600:100'), [1200, 1300, 1400, 1500, 1600]);
  assert.deepEqual(sizesOf('1200..1290:40'), [1200, 1240, 1280]);
  assert.deepEqual(sizesOf('1400..1403'), [1400, 1401, 1402, 1403]);
  assert.deepEqual(sizesOf('16kB, 512,1200,512'), [512, 1200, 16_000]);
  assert.deepEqual(sizesOf('9000,1200..1400:100,1300'), [1200, 1300, 1400, 9000]);
  assert.deepEqual(sizesOf('4KiB..8KiB:2KiB'), [4096, 6144, 8192]);
  assert.deepEqual(sizesOf('5mb', 'tcp://h:1'), [5_000_000]);
  assert.deepEqual(parse(TARGET, '-s', 'AUTO').options.sizes, { kind: 'auto' });
});

test('the way is the URI, and --versus takes all three', () => {
  assert.deepEqual(parse('tcp://h:1').options.ways, ['tcp']);
  assert.deepEqual(parse(`${TARGET}?reliable=off&rate=10mbit`).options.ways, ['udp-unreliable']);
  for (const target of [TARGET, 'tcp://h:1']) {
    assert.deepEqual(parse(target, '--versus').options.ways, ['udp-unreliable', 'udp', 'tcp']);
  }
});

test('flags set what they name', () => {
  const { options, ui, output, bits, color } = parse(
    ...[TARGET, '-r', '9', '--phase', '1s', '--direction', 'down', '--seed', '0', '--timeout', '500ms', '-4'],
    ...['--udp-io', 'dgram', '--name', 'me', '--max-packet-size', '9kb', '--ui', 'csv', '-o', 'a.jsonl'],
    ...['--bits', '--color', 'never'],
  );
  const { rounds, phaseUs, directions, seed, timeoutMs, udpIo, name, maxPacketSizeBytes, target } = options;
  assert.deepEqual(
    [rounds, phaseUs, directions, seed, timeoutMs, udpIo, name, maxPacketSizeBytes, target.family],
    [9, 1_000_000, ['down'], 0, 500, 'dgram', 'me', 9000, 4],
  );
  assert.deepEqual([ui, output, bits, color], ['csv', { file: 'a.jsonl', ui: 'json' }, true, 'never']);
  assert.equal(parse(TARGET, '-o', 'A.CSV').output?.ui, 'csv');
  assert.equal(parse(TARGET, '-o', 'a.txt').output?.ui, 'text');
});

const MISTAKES: readonly (readonly [argv: readonly string[], says: RegExp])[] = [
  [[], /nothing to measure; write e\.g\. 'udp:\/\/127\.0\.0\.1:1234'/],
  [[TARGET, TARGET], /a second target; a sweep measures one peer/],
  [['192.0.2.1:1234'], /no protocol/],
  [[TARGET, '--sizes', 'big'], /--sizes 'big': 'big': not a size; write e\.g\./],
  [[TARGET, '--sizes', '1..x'], /--sizes '1\.\.x': 'x': not a size/],
  [[TARGET, '--sizes', ''], /'' is no size or range; write e\.g\. auto, 1200\.\.1600:8/],
  [[TARGET, '--sizes', '512,'], /'' is no size or range/],
  [[TARGET, '--sizes', '0'], /too small; the least is 1/],
  [[TARGET, '--sizes', '10..1:1'], /the range 10\.\.1:1 runs backwards; write 1\.\.10/],
  [[TARGET, '--sizes', '1..9:0'], /'0': too small; the least is 1/],
  [[TARGET, '--sizes', '512,auto'], /auto chooses all sizes by itself/],
  [[TARGET, '--sizes', '70kb'], /too large; the most is 63kb that one datagram carries/],
  [[TARGET, '--sizes', '9kb', '--max-packet-size', '4kb'], /the most is 4kb \(set by --max-packet-size\)/],
  [[TARGET, '--sizes', '1000..2000'], /1001 sizes; the most is 500; a larger step does, as in 1kb\.\.2kb:3/],
  [[TARGET, '--sizes', '1..300,2..300'], /599 sizes; the most is 500$/],
  [[TARGET, '--rounds', '0'], /--rounds '0': out of range; write 1 to 1000/],
  [[TARGET, '--phase', '1ms'], /too short; the least is 10ms/],
  [[TARGET, '--direction', 'sideways'], /not one of up, down, both/],
  [[TARGET, '--seed', '-1'], /out of range/],
  [[TARGET, '--ui', 'live'], /not one of text, json, csv, none/],
  [[TARGET, '-o', 'sweep'], /the ending says what is written; write a name in \.jsonl, \.csv or \.txt/],
  [[TARGET, '-o', 'sweep.constructor'], /the ending says what is written/],
  [[TARGET, '-4', '-6'], /exclude each other/],
  [[`${TARGET}?packet-size=1400`], /packet-size is for --sizes to say; take it out of the URI/],
  [[`${TARGET}?phase=1s`], /phase is for --phase to say/],
  [[`${TARGET}?direction=up`], /direction is for --direction to say/],
  [[`${TARGET}?connections=4`], /'connections' means nothing in a sweep/],
  [[`${TARGET}?reliable=off`, '--versus'], /--versus measures UDP both ways; leave reliable=off out/],
  [[TARGET, '--size', '1'], /unknown option '--size'; did you mean '--sizes'\?/],
  [[TARGET, '--sizes'], /--sizes: its value is missing; write --sizes <sizes>/],
  [[TARGET, '--nonsense'], /unknown option '--nonsense'; conntest sweep --help lists them all/],
];

for (const [argv, says] of MISTAKES) {
  test(`a mistake is named: ${argv.join(' ')}`, () => {
    assert.throws(
      () => parse(...argv),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'ERR_CONNTEST_USAGE');
        assert.match(error.message, says);
        return true;
      },
    );
  });
}

test('--help fits 80 columns, has every flag, and its examples are accepted', () => {
  const text = sweepHelp();
  for (const line of text.split('\n')) assert.ok(line.length <= 80 && !/\s$/.test(line), line);
  for (const { long } of SWEEP_FLAGS) assert.ok(text.includes(`--${long}`), long);
  const runs = [...text.replaceAll('\\\n', ' ').matchAll(/^ {4}conntest sweep (.*)$/gm)];
  assert.ok(runs.length >= 4, `${runs.length} examples`);
  for (const [, words = ''] of runs) {
    const { options } = parse(...words.replaceAll("'", '').trim().split(/\s+/));
    assert.ok(options.ways.length > 0, words);
  }
});
