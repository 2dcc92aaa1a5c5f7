#!/usr/bin/python3
"""A real SMTP server (aiosmtpd) on a free port of 127.0.0.1, for tests.

  smtp_server.py FOLDER plain|starttls|implicit|mute-starttls [CERTIFICATE KEY]

Writes its port to FOLDER/port, each mail to FOLDER/NUMBER.eml and its plain text to
FOLDER/NUMBER.txt. A recipient "refused@..." gets 550, "later@..." gets 451. mute-starttls agrees to
TLS and then says nothing more.
"""
import asyncio
import email
import email.policy
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Keeper:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later@"):
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        head = "X-Tls: %s\r\nX-User: %s\r\nX-To: %s\r\n" % (
            "yes" if session.ssl else "no", getattr(session, "user", ""),
            ",".join(envelope.rcpt_tos))
        parsed = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        text = parsed.get_body(preferencelist=("plain",))
        (self.folder / ("%d.txt" % self.count)).write_text(text.get_content() if text else "")
        made = self.folder / ("%d.tmp" % self.count)
        made.write_bytes(head.encode() + envelope.original_content)
        made.rename(self.folder / ("%d.eml" % self.count))
        return "250 OK"


def check(server, session, envelope, mechanism, data):
    right = data.login == b"portal" and data.password == b"canary-mail-password"
    session.user = data.login.decode()
    return AuthResult(success=right, handled=right)


async def mute(reader, writer):
    """Answers until TLS is to begin, and never after."""
    writer.write(b"220 mail.test ESMTP\r\n")
    while True:
        line = await reader.readline()
        if not line:
            return
        if line.upper().startswith(b"EHLO"):
            writer.write(b"250-mail.test\r\n250 STARTTLS\r\n")
        elif line.upper().startswith(b"STARTTLS"):
            writer.write(b"220 go ahead\r\n")
            await asyncio.sleep(3600)
        else:
            writer.write(b"250 OK\r\n")


async def main():
    folder, mode = pathlib.Path(sys.argv[1]), sys.argv[2]
    context = None
    if mode != "plain":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(sys.argv[3], sys.argv[4])
    keeper = Keeper(folder)

    def protocol():
        tls = context if mode == "starttls" else None
        return SMTP(keeper, hostname="mail.test", tls_context=tls, require_starttls=tls is not None,
                    authenticator=check, auth_require_tls=mode != "implicit")

    if mode == "mute-starttls":
        server = await asyncio.start_server(mute, "127.0.0.1", 0)
    else:
        server = await asyncio.get_running_loop().create_server(
            protocol, "127.0.0.1", 0, ssl=context if mode == "implicit" else None)
    made = folder / "port.tmp"
    made.write_text(str(server.sockets[0].getsockname()[1]))
    made.rename(folder / "port")
    await server.serve_forever()


asyncio.run(main())
