"""A small web server that behaves as backends do, badly too. For tests only.

Usage: http_backend.py FOLDER [--tls CERT KEY]
Writes its port to FOLDER/port once it listens, and one line for each request to FOLDER/requests:
METHOD TARGET AUTHORIZATION. As a proxy it answers absolute targets and CONNECT, and notes them.
"""

import json
import os
import select
import socket
import socketserver
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

FOLDER = sys.argv[1]
LOCK = threading.Lock()
COUNTS = {}


def note(line):
    with LOCK, open(os.path.join(FOLDER, "requests"), "a", encoding="utf-8") as out:
        out.write(line + "\n")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def handle_any(self):
        note(f"{self.command} {self.path} {self.headers.get('Authorization', '-')}")
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.scheme:  # we are the proxy
            return self.answer(200, b'"by proxy"')
        page = getattr(self, "page_" + parts.path.strip("/").replace("-", "_"), None)
        if page is None:
            return self.answer(404, b'{"errorCode":"E0000007"}')
        return page(query)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_any

    def do_CONNECT(self):
        note(f"CONNECT {self.path} -")
        host, port = self.path.rsplit(":", 1)
        with socket.create_connection((host.strip("[]"), int(port))) as other:
            self.send_response(200)
            self.end_headers()
            self.wfile.flush()
            pair = [self.connection, other]
            while True:
                ready, _, _ = select.select(pair, [], [], 10)
                if not ready:
                    return
                for one in ready:
                    data = one.recv(65536)
                    if not data:
                        self.close_connection = True
                        return
                    (other if one is self.connection else self.connection).sendall(data)

    def page_echo(self, query):
        body = {
            "method": self.command,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": self.body().decode("utf-8", "replace"),
            "query": query,
        }
        self.answer(200, json.dumps(body).encode(), [("Content-Type", "application/json")])

    def page_connection(self, query):
        """Which of our connections it is: shows whether one is kept."""
        self.answer(200, json.dumps(self.client_address[1]).encode())

    def page_users(self, query):
        """Pages of 10 users; after= and total=."""
        after, total = int(query.get("after", 0)), int(query.get("total", 25))
        items = [{"id": f"u{i}", "login": f"user{i}"} for i in range(after, min(after + 10, total))]
        more = str(after + 10) if after + 10 < total else ""
        self.answer(200, json.dumps({"items": items, "next": more}).encode())

    def page_status(self, query):
        self.body()
        headers = [(n[2:], v) for n, v in query.items() if n.startswith("h_")]
        self.answer(int(query["code"]), b"{}", headers)

    def page_limited(self, query):
        """429 for the first request, then 200."""
        with LOCK:
            COUNTS["limited"] = COUNTS.get("limited", 0) + 1
            first = COUNTS["limited"] == 1
        if first:
            return self.answer(429, b"{}", [("Retry-After", query.get("after", "1"))])
        return self.answer(200, b"{}")

    def page_redirect(self, query):
        self.answer(302, b"moved", [("Location", query["to"])])

    def page_loop(self, query):
        self.answer(302, b"", [("Location", "/loop?n=" + str(int(query.get("n", 0)) + 1))])

    def page_silent(self, query):
        """Never answers."""
        self.body()
        time.sleep(60)

    def page_slow(self, query):
        """A head at once, then a byte now and then."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(1000):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.2)

    def page_stalled(self, query):
        """The first bytes at once, then nothing."""
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(b"x" * 1000)
        self.wfile.flush()
        time.sleep(60)

    def page_truncated(self, query):
        """Promises more than it gives."""
        self.body()
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"items":[')
        self.close_connection = True

    def page_dropped(self, query):
        """Takes the request and hangs up without a word."""
        self.body()
        self.close_connection = True

    def page_big(self, query):
        """bytes= of body, in chunks, without a length."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        left = int(query["bytes"])
        piece = b"y" * 65536
        while left > 0:
            part = piece[:left]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            left -= len(part)
        self.wfile.write(b"0\r\n\r\n")

    def page_head(self, query):
        """A head of bytes=."""
        self.answer(200, b"", [("X-Filler", "z" * 8000)] * (int(query["bytes"]) // 8000))

    def page_nonsense(self, query):
        self.wfile.write(b"this is no HTTP\r\n\r\n")
        self.close_connection = True


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        pass  # clients of these tests hang up in the middle


def main():
    server = Server(("127.0.0.1", 0), Handler)
    if "--tls" in sys.argv:
        at = sys.argv.index("--tls")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[at + 1], sys.argv[at + 2])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    with open(os.path.join(FOLDER, "port.new"), "w", encoding="utf-8") as out:
        out.write(str(server.server_address[1]))
    os.rename(os.path.join(FOLDER, "port.new"), os.path.join(FOLDER, "port"))
    server.serve_forever()


main()
