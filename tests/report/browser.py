"""A headless Chromium without a network, spoken to by its DevTools protocol."""

import json
import subprocess
import tempfile
from pathlib import Path

import websocket

# Quiet, without a word to its maker, and blind: no host name leads anywhere.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
]


class Browser:
    """One page in a browser of its own."""

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        profile = f"--user-data-dir={self.folder.name}"
        self.process = subprocess.Popen(
            [program, *FLAGS, profile, "about:blank"], stderr=subprocess.PIPE, text=True
        )
        # It says where it listens; afterwards it may say what it likes.
        for line in self.process.stderr:
            if line.startswith("DevTools listening on "):
                break
        else:
            raise SystemExit(f"{program} did not start")
        address = line.split()[-1]
        self.last = 0
        self.session = None
        self.events = []
        self.socket = websocket.create_connection(address, timeout=60)
        pages = self.call("Target.getTargets")["targetInfos"]
        target = next(page["targetId"] for page in pages if page["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ["Page", "Network", "Log", "Accessibility"]:
            self.call(f"{domain}.enable")
        # Without it nothing has the focus.
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.terminate()
        self.process.stderr.close()
        self.process.wait(timeout=60)
        self.folder.cleanup()

    def call(self, method, **params):
        """Calls a method of the protocol; events that come meanwhile are kept."""
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") != self.last:
                self.events.append(answer)
            elif "error" in answer:
                raise SystemExit(f"{method}: {answer['error']['message']}")
            else:
                return answer["result"]

    def open(self, file, width, scheme="light", phone=False):
        """Loads a file at a width in a colour scheme, and waits until it is there."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=2 if phone else 1,
            mobile=phone,
        )
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.call("Emulation.setEmulatedMedia", features=[feature])
        self.events.clear()
        self.call("Page.navigate", url=Path(file).resolve().as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(json.loads(self.socket.recv()))

    def evaluate(self, expression):
        """The value of an expression in the page."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise SystemExit(f"in the page: {result['exceptionDetails']}")
        return result["result"].get("value")

    def requests(self):
        """Everything that the page asked for since it was opened."""
        sent = [e for e in self.events if e.get("method") == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in sent]

    def complaints(self):
        """What the browser has to say of the page, such as violations of its policy."""
        logged = [e for e in self.events if e.get("method") == "Log.entryAdded"]
        return [event["params"]["entry"]["text"] for event in logged]

    def roles(self):
        """The roles and names of what a screen reader finds."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        told = [node for node in nodes if not node.get("ignored")]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in told
            if "role" in node
        ]
