"""The control API of a simulator."""

import http.client
import json
import urllib.parse


class Control:
    def __init__(self, url):
        self.address = urllib.parse.urlsplit(url).netloc

    def request(self, method, path, body=None):
        """The status, and what the answer says."""
        connection = http.client.HTTPConnection(self.address, timeout=60)
        try:
            connection.request(method, path, body)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        return response.status, json.loads(text) if text else None

    def get(self, path):
        status, answer = self.request("GET", path)
        assert status == 200, f"{path}: {status} {answer}"
        return answer

    def do(self, method, path, body=None):
        status, answer = self.request(method, path, body)
        assert status < 300, f"{method} {path}: {status} {answer}"
