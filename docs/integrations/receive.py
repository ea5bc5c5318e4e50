"""Takes callbacks of nested-hosts and verifies them, without any package: python3 receive.py PORT

CALLBACK_SECRET is one of the app's signing secrets. Listens on this machine; TLS is the business of whatever stands before it.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY = base64.b64decode(os.environ["CALLBACK_SECRET"].removeprefix("whsec_"))
SEEN = set()  # Keep the ids where a restart does not lose them.


def is_signed(headers, body):
    """Standard Webhooks: one signature per secret, over id, time and body as they came."""
    event, sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not sent.isdigit() or abs(time.time() - int(sent)) > 300:
        return False
    mac = hmac.new(KEY, f"{event}.{sent}.".encode() + body, hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(mac).decode()
    signatures = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(one.encode(), wanted.encode()) for one in signatures)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        signed = is_signed(self.headers, body)
        self.send_response(204 if signed else 401)
        self.end_headers()
        if not signed or self.headers["webhook-id"] in SEEN:
            return
        SEEN.add(self.headers["webhook-id"])
        data = json.loads(body)["data"]
        print(data.get("ticket", ""), data["network"], data.get("host", ""), data["status"], flush=True)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
