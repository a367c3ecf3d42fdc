#!/usr/bin/env node
/** The program's entry. A CommonJS file without imports starts fastest, so it answers --help and --version itself,
 *  from what the build has laid out (src/build), and loads the rest only for a run. */
const { readFileSync } = process.getBuiltinModule('node:fs');

const PREPARED: ReadonlyMap<string, () => string> = new Map(
  Object.entries({
    '--help': () => readFileSync(`${__dirname}/help.txt`, 'utf8'),
    '--version': () => `${JSON.parse(readFileSync(`${__dirname}/../../package.json`, 'utf8')).version}\n`,
  }),
);

const prepared = process.argv.length === 3 ? PREPARED.get(process.argv[2] ?? '') : undefined;
if (prepared === undefined) require(`${__dirname}/../program/cli.cjs`);
else process.stdout.write(prepared());
