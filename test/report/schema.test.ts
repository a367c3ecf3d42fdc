/** docs/run.schema.json is docs/json.md for machines. After a wanted change of that page: UPDATE_GOLDEN=1 npm test. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { createJsonReporter } from '../../src/report/json.js';
import { memoryOutput, play, SETTINGS } from './fixture.js';
import { readSections, type Section } from './json-document.js';
import { SCENARIOS } from './scenarios.js';

const SCHEMA = new URL('../../../docs/run.schema.json', import.meta.url);

interface Schema {
  readonly [keyword: string]: unknown;
}

function schemaOf(sections: ReadonlyMap<string, Section>): Schema {
  const isLine = ({ fields }: Section) => fields.get('type') === 'text';
  const lines = [...sections].filter(([, section]) => isLine(section)).map(([name]) => ref(name));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'conntest-run/1',
    title: 'A line of conntest --log FILE.jsonl and of --ui json',
    description: 'docs/json.md says what each field means. Further fields and types of lines may come.',
    anyOf: lines,
    $defs: Object.fromEntries([...sections].map(([name, section]) => [name, objectOf(name, section)])),
  };
}

function objectOf(name: string, { fields }: Section): Schema {
  const properties = [...fields].map(([field, type]) => [field, propertyOf(name, field, type)]);
  return { type: 'object', required: [...fields.keys()], properties: Object.fromEntries(properties) };
}

function propertyOf(name: string, field: string, type: string): Schema {
  if (field === 'type' && type === 'text') return { const: name };
  if (field === 'schema') return { const: 'conntest-run/1' };
  return typeOf(type);
}

const NAMES: Readonly<Record<string, string>> = {
  text: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
};

function typeOf(type: string): Schema {
  if (type.startsWith('list of ')) return { type: 'array', items: typeOf(type.slice('list of '.length)) };
  const nullable = type.endsWith(' or null');
  const bare = nullable ? type.slice(0, -' or null'.length) : type;
  const name = NAMES[bare];
  if (name === undefined) return nullable ? { anyOf: [ref(bare), { type: 'null' }] } : ref(bare);
  return { type: nullable ? [name, 'null'] : name };
}

function ref(name: string): Schema {
  return { $ref: `#/$defs/${name}` };
}

async function validator(): Promise<ValidateFunction> {
  const schema = JSON.parse(await readFile(SCHEMA, 'utf8')) as Schema;
  return new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
}

function printedLines(scenario: keyof typeof SCENARIOS): Record<string, unknown>[] {
  const out = memoryOutput();
  play(createJsonReporter(out, SETTINGS), SCENARIOS[scenario]());
  const lines = out.text.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const SCENARIO_NAMES = Object.keys(SCENARIOS) as (keyof typeof SCENARIOS)[];

test('the schema says what docs/json.md says', async () => {
  const schema = schemaOf(await readSections());
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(SCHEMA, `${JSON.stringify(schema, null, 2)}\n`);
  assert.deepEqual(JSON.parse(await readFile(SCHEMA, 'utf8')), schema);
});

test('every line of every run is valid', async () => {
  const isValid = await validator();
  for (const line of SCENARIO_NAMES.flatMap(printedLines)) {
    assert.ok(isValid(line), `${line.type}: ${JSON.stringify(isValid.errors?.at(-1))}`);
  }
});

test('a line without one of its fields, or with one of another type, is not valid', async () => {
  const isValid = await validator();
  for (const line of SCENARIO_NAMES.flatMap(printedLines)) {
    for (const field of Object.keys(line)) {
      const { [field]: _, ...rest } = line;
      assert.equal(isValid(rest), false, `${line.type} without ${field}`);
      assert.equal(
        isValid({ ...line, [field]: { unlike: 'it' } }),
        false,
        `${line.type} with another ${field}`,
      );
    }
  }
});

test('a field that a later version adds is valid', async () => {
  const isValid = await validator();
  for (const line of printedLines('pair')) assert.ok(isValid({ ...line, something_new: 1 }));
});
