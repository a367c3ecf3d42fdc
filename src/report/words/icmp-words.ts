import type { Icmp } from '../../probe/types.js';

/** `ICMP 3/13 from 10.0.0.1`. */
export function icmpWords({ type, code, from }: Icmp): string {
  return `ICMP ${type}/${code} from ${from === '' ? 'somewhere' : from}`;
}
