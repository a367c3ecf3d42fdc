/** The simulated original as a process of its own, for the other side of a cable: a listener on the port that is its
 *  only argument. Says `listening` when it does. */
import { createSocket } from 'node:dgram';
import { OriginalListener } from './listener.js';

/** Often enough for its timeout, which is its only timer. */
const TICK_MS = 5;

const original = new OriginalListener('original');
const socket = createSocket('udp4');
const nowUs = (): number => Math.round(performance.now() * 1000);

socket.on('message', (bytes, { address, port }) => {
  original.handleDatagram(nowUs(), bytes, `${address} ${port}`);
  pump();
});
socket.bind(Number(process.argv[2]), () => process.stdout.write('listening\n'));
setInterval(pump, TICK_MS);

function pump(): void {
  original.handleTimeout(nowUs());
  for (let out = original.pollTransmit(); out !== undefined; out = original.pollTransmit()) {
    const [address, port] = out.to.split(' ');
    socket.send(out.datagram, Number(port), address);
  }
}
