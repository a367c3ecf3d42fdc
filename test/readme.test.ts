/** What README.md tells people to do works, and what it points at is there. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readCommandArgv } from '../src/cli/command-argv.js';
import { HELP_TAIL } from '../src/cli/help-tail.js';
import { parseArgv } from '../src/cli/program.js';
import { URI_OPTIONS } from '../src/options/addresses/uri-options.js';
import { PROBE_FLAGS } from '../src/options/flags/probe.js';
import { SWEEP_FLAGS } from '../src/options/flags/sweep.js';
import { parseProbe } from '../src/options/probe.js';
import { parseSweep } from '../src/options/sweep.js';
import { CONTEXT } from './options/fixture.js';
import { startInstance } from './support/instance.js';
import { freePort } from './support/ports.js';

/** dist/test -> the project. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const README = readFileSync(`${ROOT}README.md`, 'utf8');

const shellBlocks = [...README.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block).join('\n');
const readmeRuns = conntestRuns(shellBlocks);
const pages = ['README.md', ...readdirSync(`${ROOT}docs`).map((name) => `docs/${name}`)].filter((path) =>
  path.endsWith('.md'),
);

/** The arguments of each conntest command, as a shell would split them; pipes and redirections are left out. */
function conntestRuns(text: string): string[][] {
  const lines = text.replaceAll('\\\n', ' ').split('\n');
  return lines.flatMap((line) => {
    const [, words] = /^\s*(?:conntest|npm start --)(?= |$)(.*)$/.exec(line) ?? [];
    // Other commands, with options of its own.
    if (words === undefined || /^ (report|diff|replay) /.test(words)) return [];
    const tokens = words.match(/'[^']*'|[^\s']+/g) ?? [];
    const end = tokens.findIndex((token) => /^[|>&]/.test(token));
    return [tokens.slice(0, end === -1 ? undefined : end).map((token) => token.replaceAll("'", ''))];
  });
}

function headingAnchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

test('every conntest command of the README and of --help is accepted', () => {
  const runs = [...readmeRuns, ...conntestRuns(HELP_TAIL.split('Values:')[0] ?? '')];
  assert.ok(runs.length >= 10, `only ${runs.length} commands were found`);
  for (const argv of runs) assert.ok(isAccepted(argv), argv.join(' '));
});

function isAccepted(argv: readonly string[]): boolean {
  if (argv[0] === 'probe')
    return parseProbe(readCommandArgv('probe', PROBE_FLAGS, argv.slice(1)), {}, 1).targets.length > 0;
  if (argv[0] === 'sweep') {
    const raw = readCommandArgv('sweep', SWEEP_FLAGS, argv.slice(1));
    return parseSweep(raw, {}, { hostname: 'here', seed: 1 }).options.ways.length > 0;
  }
  return parseArgv(argv, {}, CONTEXT).kind === 'run';
}

test('every npm command of the README is a script of the package', () => {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { scripts: object };
  const named = [...README.matchAll(/npm (?:run )?(start|test|(?<=run )\w+)/g)].map(([, name = '']) => name);
  assert.deepEqual([...new Set(named)].sort(), ['bench', 'start', 'test']);
  for (const name of named) assert.ok(name in scripts, `npm run ${name}`);
});

test('the two main commands of the README measure each other', async (t) => {
  const port = await freePort();
  const [listening = [], connecting = []] = readmeRuns
    .filter((argv) => argv.includes('receiver') || argv.some((word) => word.includes('packet-size=5mb')))
    .map((argv) => argv.map((word) => word.replace(/:1234\b/, `:${port}`)));
  const receiver = startInstance(t, listening);
  await receiver.line('listening', ({ local }) => local.port === port);
  const sender = startInstance(t, [...connecting, '-t', '3']);
  assert.equal(await sender.ended(), 0);
  assert.equal(await receiver.stop(), 0);

  const [client] = (await sender.line('summary')).clients;
  assert.equal(client?.peer_name, 'receiver');
  assert.ok(client.latency.count > 0 && client.up.phases > 0 && client.down.phases > 0);
  // 5 MB packets, as the URI asks.
  assert.equal(client.up.data_bytes, client.up.packets * 5e6);
  const [server] = (await receiver.line('summary')).servers;
  assert.equal(server?.peer_name, 'sender');
  assert.ok(server.latency.count > 0 && server.up.phases > 0 && server.down.phases > 0);
});

test('the table of URI options names the ones that there are', () => {
  const [, section = ''] = /^## Options$(.*?)^## /ms.exec(README) ?? [];
  const named = [...section.matchAll(/^\| `([a-z-]+)/gm)].map(([, name]) => name);
  assert.deepEqual(
    named,
    URI_OPTIONS.map(({ name }) => name),
  );
});

for (const page of pages) {
  test(`the links of ${page} to files and headings lead somewhere`, () => {
    const text = readFileSync(`${ROOT}${page}`, 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
    for (const [link, file = '', anchor] of links) {
      const path = fileURLToPath(new URL(file, `file://${ROOT}${page}`));
      const target = file === '' ? `${ROOT}${page}` : path;
      assert.ok(existsSync(target), link);
      if (anchor === undefined) continue;
      assert.ok(headingAnchors(readFileSync(target, 'utf8')).includes(anchor), link);
    }
  });
}
