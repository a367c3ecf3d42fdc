import { listPorts } from '../options/addresses/ports.js';
import type { Protocol } from '../options/types.js';
import type { ProbeGroup } from './types.js';

export interface Place {
  readonly group: number;
  readonly protocol: Protocol;
  readonly address: string;
  /** Of the address among those of its group. */
  readonly place: number;
  readonly port: number;
}

/** Numbers the probes of a run from 0: of each group all addresses of a port before the next port, so that the load
 *  is spread over the hosts. A number is all that crosses between threads. */
export class Plan {
  readonly total: number;
  readonly #groups: readonly ProbeGroup[];
  readonly #ports: readonly Uint16Array[];
  /** The number of each group's first probe. */
  readonly #starts: number[] = [];

  constructor(groups: readonly ProbeGroup[]) {
    this.#groups = groups;
    this.#ports = groups.map(portsOf);
    let total = 0;
    groups.forEach(({ addresses }, group) => {
      this.#starts.push(total);
      total += addresses.length * this.#ports[group]!.length;
    });
    this.total = total;
  }

  /** @throws RangeError for an index that is not of this plan */
  at(index: number): Place {
    if (!(index >= 0 && index < this.total)) throw new RangeError(`no probe has the number ${index}`);
    const group = this.#starts.findLastIndex((start) => start <= index);
    const { protocol, addresses } = this.#groups[group]!;
    const within = index - this.#starts[group]!;
    const place = within % addresses.length;
    const port = this.#ports[group]![Math.floor(within / addresses.length)]!;
    return { group, protocol, address: addresses[place]!, place, port };
  }
}

function portsOf({ ports }: ProbeGroup): Uint16Array {
  return Uint16Array.from(listPorts(ports));
}
