import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  createOutput,
  type OutputEnd,
  type OutputStream,
  type StreamOutput,
} from '../../src/report/files/output.js';

interface Reader {
  readonly stream: OutputStream;
  readonly taken: string[];
  /** Takes all that is written from here on. */
  open(): void;
}

/** A stream whose reader takes nothing until it is opened. */
function stuckReader(given: Partial<OutputStream> = {}): Reader {
  const taken: string[] = [];
  let waiting: (() => void) | null = null;
  let isOpen = false;
  const stream = new Writable({
    write(chunk, _encoding, done) {
      taken.push(String(chunk));
      if (isOpen) done();
      else waiting = done;
    },
  });
  const open = (): void => {
    isOpen = true;
    waiting?.();
  };
  return { stream: Object.assign(stream, given), taken, open };
}

/** Not events.once: that one rejects at the error, which comes before. */
function closed(stream: OutputStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('close', resolve);
  });
}

function outputOn(
  stream: OutputStream,
  ends: OutputEnd[] = [],
  color: 'auto' | 'always' | 'never' = 'auto',
): StreamOutput {
  return createOutput({ stream, color, onClosed: (end) => ends.push(end) });
}

test('a reader that takes nothing makes the output lag, and then costs no more memory', () => {
  const { stream } = stuckReader();
  const out = outputOn(stream);
  assert.equal(out.lagging, false);
  const line = `${'x'.repeat(1023)}\n`;
  for (let count = 0; count < 65; count += 1) out.write(line);
  assert.equal(out.lagging, true);
  assert.equal(out.droppedWrites, 0);
  for (let count = 0; count < 20_000; count += 1) out.write(line);
  assert.ok(stream.writableLength < 9 * 1024 * 1024, `${stream.writableLength} bytes wait`);
  assert.ok(out.droppedWrites > 11_000, `${out.droppedWrites} dropped`);
});

test('a reader that comes back gets the rest in order, and the output no longer lags', async () => {
  const { stream, taken, open } = stuckReader();
  const out = outputOn(stream);
  for (let count = 0; count < 100; count += 1) out.write(`${count}${' '.repeat(1000)}\n`);
  assert.equal(out.lagging, true);
  open();
  await out.flush();
  assert.equal(out.lagging, false);
  assert.deepEqual(taken.slice(0, 100).map(Number), [...Array(100).keys()]);
});

test('flush ends at once when nothing waits', async () => {
  await outputOn(stuckReader().stream).flush();
});

test('flush gives a reader that takes nothing two seconds', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const out = outputOn(stuckReader().stream);
  out.write('x');
  const flushed = out.flush();
  context.mock.timers.tick(1999);
  const early = await Promise.race([flushed.then(() => 'flushed'), nextTurn('waiting')]);
  assert.equal(early, 'waiting');
  context.mock.timers.tick(1);
  await flushed;
});

test('a reader that went away is told once and not as an error', async () => {
  const ends: OutputEnd[] = [];
  const { stream } = stuckReader();
  const out = outputOn(stream, ends);
  stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  await closed(stream);
  assert.deepEqual(ends, [{ kind: 'reader-gone' }]);
  out.write('ignored');
  await out.flush();
  assert.equal(ends.length, 1);
});

test('a full disk is told as an error', async () => {
  const ends: OutputEnd[] = [];
  const { stream } = stuckReader();
  outputOn(stream, ends);
  const error = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  stream.destroy(error);
  await closed(stream);
  assert.deepEqual(ends, [{ kind: 'failed', error }]);
});

test('colour is for terminals that have it, unless the flag decides', () => {
  const terminal = { isTTY: true, hasColors: () => true };
  const colorless = { isTTY: true, hasColors: () => false };
  assert.equal(outputOn(stuckReader(terminal).stream).color, true);
  assert.equal(outputOn(stuckReader(colorless).stream).color, false);
  assert.equal(outputOn(stuckReader().stream).color, false);
  assert.equal(outputOn(stuckReader(terminal).stream, [], 'never').color, false);
  assert.equal(outputOn(stuckReader().stream, [], 'always').color, true);
});

test("the width is the terminal's of the moment, and none for a pipe", () => {
  const { stream } = stuckReader({ isTTY: true, columns: 80 });
  const out = outputOn(stream);
  assert.equal(out.columns, 80);
  Object.assign(stream, { columns: 120 });
  assert.equal(out.columns, 120);
  assert.equal(outputOn(stuckReader({ columns: 80 }).stream).columns, null);
});

test('a real pipe that is closed by its reader ends the writer cleanly', async () => {
  const output = new URL('../../src/report/files/output.js', import.meta.url).href;
  const script = `
    import { createOutput } from ${JSON.stringify(output)};
    const onClosed = ({ kind }) => { clearInterval(timer); process.stderr.write(kind); };
    const out = createOutput({ stream: process.stdout, color: 'auto', onClosed });
    const timer = setInterval(() => out.write('line\\n'), 1);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  const errors: string[] = [];
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const [code] = await once(child, 'close');
  assert.deepEqual({ code, errors: errors.join('') }, { code: 0, errors: 'reader-gone' });
});
