# The line above names what to ask, as base64 of JSON: {"address", "pings"}.
export WISH
python3 - <<'PYTHON'
import base64, json, os, re, subprocess, urllib.request

wish = json.loads(base64.b64decode(os.environ["WISH"]))
address, pings = wish["address"], int(wish["pings"])
try:
    ping = ["ping", "-n", "-q", "-i", "0.2", "-W", "2", "-c", str(pings), address]
    said = subprocess.run(ping, capture_output=True, text=True).stdout
except OSError:
    said = ""
received = int((re.search(r"(\d+) received", said) or [0, 0])[1])
found = {"address": address, "sent": pings, "answered": received, "pinged": received > 0}
try:
    with urllib.request.urlopen("http://%s:8080/" % address, timeout=15) as answer:
        page = json.load(answer)
    found["seenAs"] = page["youAre"]
    if page.get("report"):
        found["guest"] = page["report"]
except Exception as error:
    found["error"] = str(error)[:200]
print("##prove-begin##" + json.dumps(found) + "##prove-end##")
PYTHON
