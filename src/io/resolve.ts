import { type LookupAddress, lookup } from 'node:dns';

/** More than any sane name has; each is tried, so there must be an end. */
const MAX_ADDRESSES = 16;

/** A lookup can't be cancelled and holds one of libuv's four threads until the resolver gives up; so
 *  one that is under way is shared, and a hanging name server costs one thread a name. */
const underWay = new Map<string, Promise<readonly LookupAddress[]>>();

/** Every address of a host in the system's order; a literal resolves to itself. Rejects with the resolver's errno. */
export function resolveHost(host: string, family: 0 | 4 | 6): Promise<readonly LookupAddress[]> {
  const name = `${family} ${host}`;
  const known = underWay.get(name);
  if (known !== undefined) return known;
  const answer = lookUp(host, family).finally(() => underWay.delete(name));
  underWay.set(name, answer);
  return answer;
}

function lookUp(host: string, family: 0 | 4 | 6): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(host, { all: true, family, verbatim: true }, (error, addresses) => {
      if (error) reject(error);
      else resolve(addresses.slice(0, MAX_ADDRESSES));
    });
  });
}
