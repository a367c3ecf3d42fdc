/** The seed of a random test: given by CONNTEST_SEED to repeat a failure, else drawn anew for each run.
 *  Whoever draws from it names it when it fails. */
export function testSeed(): number {
  const given = process.env.CONNTEST_SEED;
  return given === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(given);
}

/** Runs `body`; a failure names the seed and the way to repeat it. */
export function withSeed(seed: number, body: (seed: number) => void): void {
  try {
    body(seed);
  } catch (error) {
    throw new Error(`with CONNTEST_SEED=${seed}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
