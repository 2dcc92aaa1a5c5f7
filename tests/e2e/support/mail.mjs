// The mail of the demo: files in a folder, as the server writes them without a mail server.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './api.mjs';
import { demo } from './browser.mjs';

const folder = () => join(demo.data, 'store', 'mail');

function decoded(part) {
  const [head, ...rest] = part.split(/\r?\n\r?\n/);
  const body = rest.join('\n\n');
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8');
  if (/quoted-printable/i.test(head)) return body.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return body;
}

/** The mails to an address, oldest first: subject and plain text. */
export function mailsTo(address) {
  if (!existsSync(folder())) return [];
  return readdirSync(folder()).filter((name) => name.endsWith('.eml')).sort().map((name) => readFileSync(join(folder(), name), 'utf8'))
    .filter((mail) => new RegExp(`^To:.*${address.replaceAll('.', '\\.')}`, 'im').test(mail))
    .map((mail) => {
      const boundary = /boundary="?([^"\r\n;]+)/i.exec(mail)?.[1];
      const parts = boundary ? mail.split(`--${boundary}`) : [mail];
      const plain = parts.find((part) => /text\/plain/i.test(part)) ?? mail;
      return { subject: /^Subject: (.*)$/im.exec(mail)?.[1] ?? '', text: decoded(plain.trim()) };
    });
}

/** The link in the newest mail to an address that came after the first `known`. */
export async function linkTo(address, known = 0) {
  const mail = await until(`a mail to ${address}`, () => mailsTo(address).slice(known).find((one) => one.text.includes('/link#')), { withinMs: 30_000, everyMs: 200 });
  const link = /https?:\/\/\S+\/link#\S+/.exec(mail.text)?.[0];
  assert.ok(link, 'the mail has a link');
  return link;
}
