import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArgv } from '../../src/cli/program.js';
import type { RunOptions } from '../../src/options/types.js';
import { assertRefused, CONTEXT, run } from './fixture.js';

const LISTEN = ['--listen', 'tcp:1234'] as const;

test('what is left out is filled in', () => {
  const { options, notices, isDemo } = run(LISTEN);
  const { listens, ...rest } = options;
  assert.equal(listens.length, 1);
  assert.deepEqual(rest, {
    name: 'box',
    connects: [],
    failIf: [],
    workers: 1,
    timeMs: null,
    omitMs: null,
    intervalMs: 1000,
    timeoutMs: 5000,
    retryDelayMs: 1000,
    retryMaxMs: 1000,
    maxPacketSizeBytes: 64_000_000,
    uis: [{ name: 'text', file: null }],
    logs: [],
    hdrLog: null,
    logLimits: { partBytes: null, keepParts: null },
    udpIo: 'auto',
    uiEmphasis: 'none',
    columns: null,
    logLevel: 'info',
    logFormat: 'logfmt',
    logPackets: false,
    bits: false,
    color: 'auto',
  });
  assert.deepEqual(notices, []);
  assert.equal(isDemo, false);
});

test('the options are frozen to the last leaf', () => {
  const { options } = run([...LISTEN, '--connect', 'tcp:h:1']);
  const [target] = options.connects;
  for (const part of [
    options,
    options.listens,
    options.listens[0],
    target,
    target?.measure,
    target?.measure.bound,
  ]) {
    assert.ok(Object.isFrozen(part));
  }
});

const GIVEN: readonly (readonly [argv: readonly string[], options: Partial<RunOptions>])[] = [
  [['--name', 'receiver'], { name: 'receiver' }],
  [['-w', '3'], { workers: 3 }],
  [['--workers=256'], { workers: 256 }],
  [['-t', '10'], { timeMs: 10_000 }],
  [['--time', '1m30s'], { timeMs: 90_000 }],
  [['-i', '100ms'], { intervalMs: 100 }],
  [['--timeout', '2'], { timeoutMs: 2000 }],
  [['--retry-delay', '10ms'], { retryDelayMs: 10, retryMaxMs: 10 }],
  [['--retry-max', '30s'], { retryDelayMs: 1000, retryMaxMs: 30_000 }],
  [['--retry-delay', '2s', '--retry-max', '2s'], { retryDelayMs: 2000, retryMaxMs: 2000 }],
  [['--max-packet-size', '4kb'], { maxPacketSizeBytes: 4000 }],
  [['--ui', 'json'], { uis: [{ name: 'json', file: null }] }],
  [['--ui', 'LOG'], { uis: [{ name: 'log', file: null }] }],
  [
    ['--ui', 'text', '--ui', 'json=a=b.jsonl'],
    {
      uis: [
        { name: 'text', file: null },
        { name: 'json', file: 'a=b.jsonl' },
      ],
    },
  ],
  [['--log', 'a.JSONL'], { logs: [{ file: 'a.JSONL', format: 'json' }] }],
  [['--log', 'x/a.csv', '--log-size', '1mb'], { logs: [{ file: 'x/a.csv', format: 'csv' }] }],
  [
    ['--log', 'a.jsonl', '--log', 'a.csv'],
    {
      logs: [
        { file: 'a.jsonl', format: 'json' },
        { file: 'a.csv', format: 'csv' },
      ],
    },
  ],
  [['--log-size', '1mb', '--log-keep', '3'], { logLimits: { partBytes: 1_000_000, keepParts: 3 } }],
  [['--hdr-log', 'a.hlog'], { hdrLog: 'a.hlog' }],
  [['--ui', 'none'], { uis: [{ name: 'none', file: null }] }],
  [['--log-packets', '--bits'], { logPackets: true, logLevel: 'debug', bits: true }],
  [['--log-level', 'WARNING', '--log-format', 'json'], { logLevel: 'warning', logFormat: 'json' }],
  [['--columns', 'name,Sent, up'], { columns: ['name', '#sent', 'up'] }],
  [['--color', 'always'], { color: 'always' }],
  [['--timeout', '1s', '--timeout', '2s'], { timeoutMs: 2000 }],
];

for (const [argv, expected] of GIVEN) {
  test(`${argv.join(' ')} gives ${JSON.stringify(expected)}`, () => {
    const { options } = run([...LISTEN, ...argv]);
    assert.deepEqual({ ...options, ...expected }, options);
  });
}

const REFUSED: readonly (readonly [argv: readonly string[], message: string])[] = [
  [
    ['--log', 'a.csv', '--log', 'a.csv'],
    "--log 'a.csv': another one writes that file already; write another, as in a.jsonl and a.csv",
  ],
  [
    ['--hdr-log', 'a.hlog', '--hdr-log', 'b.hlog'],
    "--hdr-log 'b.hlog': the histograms go to 'a.hlog' already; leave one of the two out",
  ],
  [['-w', '0'], "--workers '0': out of range; write 1 to 256"],
  [['-w', '257'], "--workers '257': out of range; write 1 to 256"],
  [['-w', '-2'], "--workers '-2': out of range; write 1 to 256"],
  [['-w', '1.5'], "--workers '1.5': not a whole number; write 1 to 256"],
  [['-t', '0'], "--time '0': too short; the least is 100ms"],
  [['-i', '99ms'], "--interval '99ms': too short; the least is 100ms"],
  [['--timeout', '1ms'], "--timeout '1ms': too short; the least is 100ms"],
  [['--retry-delay', '5ms'], "--retry-delay '5ms': too short; the least is 10ms"],
  [['--retry-max', '500ms'], "--retry-max '500ms': less than the retry delay; write 1s or more"],
  [['--max-packet-size', '1kb'], "--max-packet-size '1kb': too small; the least is 4kb"],
  [['--max-packet-size', '1001gb'], "--max-packet-size '1001gb': too large; the most is 1000gb"],
  [['--ui', 'json='], "--ui 'json=': the file's name is missing; write e.g. json=run.jsonl"],
  [['--ui', 'live=x'], "--ui 'live=x': a file is no screen; write live, or text=FILE"],
  [['--ui', 'none=x'], "--ui 'none=x': writes nothing, so it needs no file; write none"],
  [
    ['--ui', 'text', '--ui', 'json'],
    "--ui 'json': another one is on the terminal already; give all but one a file, as in json=run.jsonl",
  ],
  [['--ui', 'log=a', '--ui', 'json=a'], "--ui 'json=a': 'a' is another one's file already; write another"],
  [['--log', 'run.txt'], "--log 'run.txt': the ending says the format; write a name in .jsonl or .csv"],
  [
    ['--log', 'run.constructor'],
    "--log 'run.constructor': the ending says the format; write a name in .jsonl or .csv",
  ],
  [
    ['--ui', 'json=a.jsonl', '--log', 'a.jsonl'],
    "--log 'a.jsonl': a --ui writes that file already; write another",
  ],
  [['--hdr-log', 'run.csv'], "--hdr-log 'run.csv': not an HdrHistogram log; write a name in .hlog"],
  [
    ['--log-keep', '3'],
    "--log-keep '3': there is one part only; write --log-size as well, as in --log-size 100mb",
  ],
  [['--log-level', 'warn'], "--log-level 'warn': not one of debug, info, warning, error"],
  [
    ['--columns', 'name,upp'],
    "--columns 'name,upp': upp is no column; write any of name,ip,port,prot,state,conns,uptime,#sent,#recv,latnc,p50,p99,max,bndwdth,up,down,p-size,#delayd,#lost,#resent,#reord,limit,retries,cause; did you mean 'up'?",
  ],
  [
    ['--columns', 'up,,down'],
    "--columns 'up,,down': a name is missing; write any of name,ip,port,prot,state,conns,uptime,#sent,#recv,latnc,p50,p99,max,bndwdth,up,down,p-size,#delayd,#lost,#resent,#reord,limit,retries,cause",
  ],
  [['--columns', 'up,down,up'], "--columns 'up,down,up': up stands there twice; write it once"],
  [['--ui', 'jsn'], "--ui 'jsn': not one of live, text, log, json, none, notty; did you mean 'json'?"],
  [['--color', 'yes'], "--color 'yes': not one of auto, always, never"],
  [['--name', ' '], "--name ' ': empty; write a name that peers will recognise"],
  [['--name', 'a\nb'], "--name 'a\\u{a}b': a name has no control characters and no broken Unicode"],
  [
    ['-4', '-6'],
    '-4 and -6 (or CONNTEST_IPV4 and CONNTEST_IPV6) exclude each other; leave both out to use both families',
  ],
];

for (const [argv, message] of REFUSED) {
  test(`${JSON.stringify(argv)} is refused: ${message}`, () => {
    assertRefused(() => run([...LISTEN, ...argv]), message);
  });
}

test('a name is limited in bytes, not in characters', () => {
  assert.equal(run([...LISTEN, '--name', 'ø'.repeat(127)]).options.name.length, 127);
  assertRefused(
    () => run([...LISTEN, '--name', 'ø'.repeat(128)]),
    `--name '${'ø'.repeat(100)}...': 256 bytes long; a name has at most 255`,
  );
});

test('without --workers there is a worker a core, and at most one a socket', () => {
  const connections = (count: number) => ['--connect', `tcp:h:1?connections=${count}`];
  assert.equal(run(connections(1)).options.workers, 1);
  assert.equal(run([...LISTEN, ...connections(1)]).options.workers, 2);
  assert.equal(run([...connections(1), ...connections(2)]).options.workers, 3);
  assert.equal(run(connections(1000)).options.workers, 4);
});

test('--workers is taken at its word: one listener may accept in several', () => {
  assert.equal(run([...LISTEN, '-w', '8']).options.workers, 8);
});

test('the live UI is the default on a terminal, and text elsewhere', () => {
  const onTerminal = parseArgv([...LISTEN], {}, { ...CONTEXT, hasScreen: true });
  assert.ok(onTerminal.kind === 'run');
  assert.deepEqual(onTerminal.options.uis, [{ name: 'live', file: null }]);
  assert.deepEqual(run(LISTEN).options.uis, [{ name: 'text', file: null }]);
});

test('the live UI on a terminal leaves files to the others', () => {
  const argv = [...LISTEN, '--ui', 'live', '--ui', 'json=run.jsonl'];
  const request = parseArgv(argv, {}, { ...CONTEXT, hasScreen: true });
  assert.ok(request.kind === 'run');
  assert.deepEqual(request.options.uis, [
    { name: 'live', file: null },
    { name: 'json', file: 'run.jsonl' },
  ]);
});

test('without a terminal text stands in for the live UI that was asked for, and the user is told', () => {
  for (const name of ['live', 'notty']) {
    const { options, notices } = run([...LISTEN, '--ui', name]);
    assert.deepEqual(options.uis, [{ name: 'text', file: null }]);
    assert.deepEqual(notices, [`--ui ${name}: the output is no terminal; using text`]);
    const onTerminal = parseArgv([...LISTEN, '--ui', name], {}, { ...CONTEXT, hasScreen: true });
    assert.ok(onTerminal.kind === 'run');
    assert.deepEqual(onTerminal.options.uis, [{ name: 'live', file: null }]);
  }
});

const COLOURS: readonly (readonly [text: string, name: string])[] = [
  ['none', 'none'],
  ['cyan', 'cyan'],
  ['Red', 'red'],
  ['bright-blue', 'blueBright'],
  ['blueBright', 'blueBright'],
  ['lightred', 'redBright'],
  ['light-red', 'redBright'],
  ['gray', 'blackBright'],
  ['grey', 'blackBright'],
];

for (const [text, name] of COLOURS) {
  test(`--ui-emphasis ${text} is ${name}`, () => {
    assert.equal(run([...LISTEN, '--ui-emphasis', text]).options.uiEmphasis, name);
  });
}

test('a colour that no terminal has is refused with the nearest that it has', () => {
  const known =
    'not a colour; write none, black, red, green, yellow, blue, magenta, cyan, white or bright- with one of them';
  for (const [text, near] of [
    ['pink', ''],
    ['gren', "; did you mean 'green'?"],
    ['bright-blu', "; did you mean 'bright-blue'?"],
  ] as const) {
    assertRefused(() => run([...LISTEN, '--ui-emphasis', text]), `--ui-emphasis '${text}': ${known}${near}`);
  }
});
