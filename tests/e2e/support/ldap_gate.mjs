// A gate before the demo's directory: it lets everything through until a change comes by. That one still reaches the
// directory, its answer reaches nobody, and from then on nobody is let in. So an outcome gets lost, and surely so.
import { connect, createServer } from 'node:net';

const SEQUENCE = 0x30;
const MODIFY_REQUEST = 0x66;
const LONG_LENGTH = 0x80;

/** Whether bytes begin with an LDAP message that changes an entry (RFC 4511, 4.6): a sequence of the message's number and the request. */
function isChange(bytes) {
  if (bytes[0] !== SEQUENCE) return false;
  const number = 2 + (bytes[1] & LONG_LENGTH ? bytes[1] & ~LONG_LENGTH : 0);
  return bytes[number + 2 + bytes[number + 1]] === MODIFY_REQUEST;
}

/** Opens a gate to an LDAP server on this machine; `lost` is kept once a change went through and its answer did not. */
export async function ldapGate(uri) {
  const { hostname, port } = new URL(uri);
  const sockets = new Set();
  let shut = () => undefined;
  const lost = new Promise((done) => { shut = done; });
  const gate = createServer((client) => {
    const server = connect(Number(port), hostname);
    for (const socket of [client, server]) { sockets.add(socket); socket.on('error', () => socket.destroy()); socket.on('close', () => { client.destroy(); server.destroy(); }); }
    let changing = false;
    client.on('data', (bytes) => { changing ||= isChange(bytes); server.write(bytes); });
    server.on('data', (bytes) => {
      if (!changing) { client.write(bytes); return; }
      gate.close();
      for (const socket of sockets) socket.destroy();
      shut();
    });
  });
  await new Promise((listening) => { gate.listen(0, '127.0.0.1', listening); });
  return { uri: `ldap://127.0.0.1:${gate.address().port}`, lost, close: () => { gate.close(); for (const socket of sockets) socket.destroy(); } };
}
