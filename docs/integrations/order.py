"""Orders a host and waits for the end of its operation. Python 3.9 or later, nothing to install.

Usage: order.py NETWORK HOST TICKET, with NESTED_HOSTS_URL (https://<app>/api/v1) and NESTED_HOSTS_KEY in the environment.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request


def call(method, path, body=None, headers=None):
    """One call; gives status and body. 429 and 503 are tried again when the app says, a lost connection after 5 s."""
    request = urllib.request.Request(
        os.environ["NESTED_HOSTS_URL"] + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "x-functions-key": os.environ["NESTED_HOSTS_KEY"],
            "content-type": "application/json",
            **(headers or {}),
        },
    )
    for _ in range(10):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503):
                return error.code, json.loads(error.read() or b"{}")
            time.sleep(int(error.headers.get("retry-after", "5")))
        except urllib.error.URLError:
            time.sleep(5)
    raise SystemExit("The app does not answer.")


def main(network, host, ticket):
    # The ticket is the key: whoever runs this twice for one ticket orders one host.
    key = {"idempotency-key": f'"{ticket}/{host}"'}
    order = {"network": network, "name": host, "ticket": ticket}
    status, answer = call("POST", "/hosts", order, key)
    if status == 200:
        print(f"{network}/{host} is ready already.")
        return 0
    if status != 202:
        for mistake in answer.get("errors", [{"pointer": "", "detail": answer.get("detail", status)}]):
            print(f"{mistake['pointer']} {mistake['detail']}", file=sys.stderr)
        return 2
    path = f"/operations/{answer['id']}"
    while "finishedAt" not in answer:
        time.sleep(float(os.environ.get("NESTED_HOSTS_INTERVAL", "15")))
        status, answer = call("GET", path)
    print(f"{network}/{host}: {answer['status']}")
    if answer["status"] != "succeeded":
        print(json.dumps(answer.get("failure"), indent=2), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:4]))
