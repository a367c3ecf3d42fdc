import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bulkTemplate, datagramTemplate } from '../../../src/wire/v2/head-template.js';

const ID = '6b1e9d3c-5f0e-4d9b-9a54-1c2a7f3d8e10+2';

for (const [name, make] of [
  ['reliable', () => bulkTemplate(ID, 0)],
  ['unreliable', () => datagramTemplate(ID)],
] as const) {
  describe(`the head of ${name} bulk packets`, () => {
    it('has the size that is foretold, for numbers and data of any length', () => {
      const template = make();
      for (const value of [0, 9, 10, 99_999, 100_000, 12_345_678]) {
        for (const dataBytes of [0, 9, 10, 999, 1000, 63_000]) {
          const headBytes = template.headBytes(value, dataBytes);
          template.prepare(value, dataBytes);
          assert.equal(headBytes, template.head.length);
        }
      }
    });

    it('leaves room for just so much data, but for one byte where no packet has the size', () => {
      const template = make();
      const odd: number[] = [];
      for (let packetBytes = 300; packetBytes <= 12_000; packetBytes++) {
        const dataBytes = template.dataBytesOf(7, packetBytes);
        const actual = dataBytes + template.headBytes(7, dataBytes);
        if (actual === packetBytes) continue;
        assert.equal(actual, packetBytes + 1);
        odd.push(dataBytes);
      }
      assert.deepEqual(odd, [1000, 10_000], 'where the size of the data has one more digit');
    });

    it('leaves no room for less than none', () => {
      assert.equal(make().dataBytesOf(7, 10), 0);
    });
  });
}
