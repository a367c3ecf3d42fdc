import type { Report } from '../../wire/v2/report.js';
import type { TransportV2 } from './transport.js';

/** What receiving costs this side, as its reports tell it. */
export class LoadMeter {
  readonly #transport: Pick<TransportV2, 'load'>;
  #busyUs = 0;
  #queueDrops = 0;

  constructor(transport: Pick<TransportV2, 'load'>) {
    this.#transport = transport;
    this.finish();
  }

  start(): void {
    this.#busyUs = this.#transport.load.busyUs;
  }

  /** Of the phase so far. */
  get figures(): Pick<Report, 'busyUs' | 'queueDrops'> {
    const { busyUs, queueDrops } = this.#transport.load;
    return {
      busyUs: Math.max(0, Math.round(busyUs - this.#busyUs)),
      ...(queueDrops === null ? {} : { queueDrops: Math.max(0, queueDrops - this.#queueDrops) }),
    };
  }

  /** Drops are heard of late: those of this phase that nobody knew of in time are told with the next. */
  finish(): void {
    this.#queueDrops = this.#transport.load.queueDrops ?? 0;
  }
}
