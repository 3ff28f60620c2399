"""Receive CityTies' webhooks and believe only what it signed: python receive_webhooks.py 9000

CITYTIES_WEBHOOK_SECRET was shown when the webhook was made (whsec_...). Each event is printed as a line.
"""

import base64
import hmac
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

SECRET = base64.b64decode(os.environ["CITYTIES_WEBHOOK_SECRET"].removeprefix("whsec_"))
SEEN = set()  # a delivery may come twice: its id tells


def is_genuine(headers, body):
    """Whether one of the signatures is ours and the delivery is of these five minutes."""
    number, moment = headers["webhook-id"] or "", headers["webhook-timestamp"] or "0"
    if not moment.isdigit() or abs(time.time() - int(moment)) > 300:
        return False
    signed = hmac.digest(SECRET, f"{number}.{moment}.".encode() + body, "sha256")
    wanted = "v1," + base64.b64encode(signed).decode()
    return any(hmac.compare_digest(wanted, each) for each in (headers["webhook-signature"] or "").split())


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        genuine = is_genuine(self.headers, body)
        if genuine and self.headers["webhook-id"] not in SEEN:
            SEEN.add(self.headers["webhook-id"])
            print(body.decode(), flush=True)
        self.send_response(204 if genuine else 401)
        self.end_headers()


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
