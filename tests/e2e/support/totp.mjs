// What an authenticator app does (RFC 6238): six digits of a key, for the half minute of now.
import { createHmac } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP_MS = 30_000;

function bytesOf(key) {
  let bits = '';
  for (const letter of key.replace(/[\s=]/g, '').toUpperCase()) bits += ALPHABET.indexOf(letter).toString(2).padStart(5, '0');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

export function codeOf(key, step = 0) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS) + step));
  const digest = createHmac('sha1', bytesOf(key)).update(counter).digest();
  const at = digest[digest.length - 1] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** A code that was not used yet: a code works once, so a second one waits for the next half minute. */
export async function nextCode(key, used) {
  for (;;) {
    const code = codeOf(key);
    if (code !== used) return code;
    await new Promise((go) => { setTimeout(go, 1_000); });
  }
}
