import type { FromShard, ShardTask, ToShard } from '../src/control/messages.js';
import { nowUs } from '../src/io/clock.js';
import { QueueDrops } from '../src/io/kernel/queue-drops.js';
import { Poller } from '../src/io/poller.js';
import { Dialler } from './dialler.js';
import { Load } from './load.js';
import { PacketTap } from './packet-tap.js';
import { Ports } from './ports.js';
import type { Resources } from './resources.js';
import { MAX_ACCEPTED, Roster } from './roster.js';
import { SendBuffers } from './send-buffers.js';
import { SendRuns } from './send-runs.js';
import { Timers } from './timers.js';
import { TooLargeNotices } from './too-large.js';
import { Turn } from './turn.js';

/** How often figures are published: often enough for a screen at 10 Hz, rare enough to cost nothing. */
const TICK_MS = 50;

/** One shard: what the main thread asks of it, and the tick that publishes its figures. */
export class Shard {
  readonly #send: (message: FromShard) => void;
  readonly #stopped: () => void;
  readonly #resources: Resources;
  readonly #roster: Roster;
  readonly #dialler: Dialler;
  readonly #ports: Ports;
  readonly #tick: NodeJS.Timeout;
  readonly #load = new Load(nowUs(), TICK_MS * 1000);

  constructor({ shard, firstKey, port, settings }: ShardTask, stopped: () => void) {
    this.#stopped = stopped;
    this.#send = (message) => port.postMessage(message);
    const notice = (text: string, once?: string): void => {
      this.#send({ type: 'notice', level: 'info', text, ...(once === undefined ? {} : { once }) });
    };
    const noteIdle = (us: number): void => this.#load.noteIdle(us);
    this.#resources = {
      timers: new Timers(),
      turn: new Turn(),
      sendBuffers: new SendBuffers(),
      sendRuns: new SendRuns(),
      queueDrops: new QueueDrops(),
      busyUs: () => this.#load.busyUs,
      tap: settings.logPackets ? new PacketTap() : null,
      maxPacketSizeBytes: settings.maxPacketSizeBytes,
      udpIo: settings.udpIo,
      noteIdle,
      poller: new Poller(noteIdle),
      notice,
      tooLargeNotices: new TooLargeNotices(notice),
    };
    this.#roster = new Roster(shard, firstKey, settings, this.#resources, this.#send);
    this.#dialler = new Dialler(this.#roster, this.#resources, settings.timeoutMs, this.#send);
    this.#ports = new Ports(this.#roster, this.#resources, this.#send);
    this.#tick = setInterval(() => this.#publish(), TICK_MS);
  }

  handleMessage(message: ToShard): void {
    switch (message.type) {
      case 'listen':
        this.#ports.listen(message);
        return;
      case 'connect':
        this.#roster.setPlan(message.key, message.target.measure);
        this.#dialler.connect(message);
        return;
      case 'release':
        this.#roster.release(message.key);
        return;
      case 'monitor':
        this.#roster.setMonitoring(message.key, message.isOn);
        return;
      case 'close':
        if (!this.#dialler.abort(message.key)) this.#roster.close(message.key);
        return;
      case 'order':
        this.#roster.order(message.key, message.id, message.order);
        return;
      case 'restart':
        this.#roster.restartFigures(nowUs());
        this.#send({ type: 'restarted' });
        return;
      case 'stop':
        this.#stop();
    }
  }

  #publish(): void {
    const now = nowUs();
    this.#roster.publish(now, this.#load.tick(now));
    const packets = this.#resources.tap?.take();
    if (packets) this.#send({ type: 'packets', ...packets, tMs: Date.now() });
    const refused = this.#roster.takeRefused();
    if (refused === 0) return;
    const text = `${refused} connections were refused: one worker serves ${MAX_ACCEPTED} at once`;
    this.#send({ type: 'notice', level: 'warning', text });
  }

  /** Last figures, a goodbye on every connection, then the end. */
  #stop(): void {
    this.#publish();
    clearInterval(this.#tick);
    this.#ports.stopAccepting();
    this.#dialler.stop();
    this.#resources.timers.stop();
    this.#roster.end(() => {
      this.#ports.close();
      this.#stopped();
    });
  }
}
