# SPDX-License-Identifier: ISC
"""An editor for the tests of `weipsec lsp', which is that of $WEIPSEC (build/weipsec)."""
import json
import os
import subprocess

WEIPSEC = os.path.abspath(os.environ.get("WEIPSEC", "build/weipsec"))


def frame(message):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


class Editor:
    """One server, and what it said.  With no `capabilities' it is as dull as an editor can be."""

    def __init__(self, capabilities=None, options=(), folder=None, starts=True):
        self.server = subprocess.Popen([WEIPSEC, "lsp", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, cwd=folder)
        self.count, self.said, self.raw = 0, [], b""
        if starts:
            self.welcome = self.ask("initialize", {"capabilities": capabilities or {}})["result"]
            self.tell("initialized", {})

    def send(self, *messages):
        """All at once, so that the server has them before it looks at the first."""
        self.server.stdin.write(b"".join(message if isinstance(message, bytes) else frame(message)
                                         for message in messages))
        self.server.stdin.flush()

    def read(self):
        """The next message, whatever it is."""
        length, headers = None, self.server.stdout.readline()
        assert headers, "the server is gone: " + self.server.stderr.read().decode()
        while headers.strip():
            name, value = headers.decode().split(":")
            if name == "Content-Length":
                length = int(value)
            headers = self.server.stdout.readline()
        body = self.server.stdout.read(length)
        assert len(body) == length
        self.raw += body
        message = json.loads(body)
        assert message["jsonrpc"] == "2.0"
        self.said.append(message)
        return message

    def request(self, method, params=None, number=None):
        if number is None:
            self.count += 1
            number = self.count
        return {"jsonrpc": "2.0", "id": number, "method": method, **({} if params is None else {"params": params})}

    def answer(self, number):
        """The answer to the request NUMBER; what else comes meanwhile is kept in `said'."""
        while True:
            message = self.read()
            if message.get("id") == number and "method" not in message:
                return message

    def ask(self, method, params=None):
        request = self.request(method, params)
        self.send(request)
        return self.answer(request["id"])

    def notice(self, method, params):
        return {"jsonrpc": "2.0", "method": method, "params": params}

    def tell(self, method, params=None):
        self.send(self.notice(method, params))

    def diagnostics(self, uri):
        """The next diagnostics of URI."""
        while True:
            message = self.read()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                return message["params"]["diagnostics"]

    def open(self, text, uri="file:///a.cfg", version=1):
        self.tell("textDocument/didOpen",
                  {"textDocument": {"uri": uri, "languageId": "weos", "version": version, "text": text}})
        return self.diagnostics(uri)

    def change_notice(self, text, uri="file:///a.cfg", version=2):
        return self.notice("textDocument/didChange", {"textDocument": {"uri": uri, "version": version},
                                                      "contentChanges": [{"text": text}]})

    def change(self, text, uri="file:///a.cfg", version=2):
        self.send(self.change_notice(text, uri, version))
        return self.diagnostics(uri)

    def remarks(self):
        """What the editor was told of, so far, in lines of its own."""
        return [(one["method"].split("/")[1], one["params"]["type"], one["params"]["message"]) for one in self.said
                if one.get("method", "").startswith("window/")]

    def at(self, method, line, character, uri="file:///a.cfg", **more):
        return self.ask("textDocument/" + method, {"textDocument": {"uri": uri}, "position":
                        {"line": line, "character": character}, **more})["result"]

    def of(self, method, uri="file:///a.cfg", **more):
        return self.ask("textDocument/" + method, {"textDocument": {"uri": uri}, **more})["result"]

    def leave(self, shuts_down=True):
        """Ends the server, which leaves nothing behind; its exit status."""
        if shuts_down:
            assert self.ask("shutdown")["result"] is None
        self.tell("exit")
        rest, errors = self.server.communicate()
        assert not rest and not errors, (rest, errors)
        return self.server.returncode


def units(text, encoding="utf-16"):
    return len(text.encode("utf-16-le")) // 2 if encoding == "utf-16" else len(text.encode())


def offset(text, position, encoding="utf-16"):
    """The character of TEXT at POSITION."""
    lines = text.split("\n")
    before = sum(len(line) + 1 for line in lines[:position["line"]])
    line = lines[position["line"]] if position["line"] < len(lines) else ""
    for count in range(len(line) + 1):
        if units(line[:count], encoding) >= position["character"]:
            return min(before + count, len(text))
    return min(before + len(line), len(text))


def apply(text, edits, encoding="utf-16"):
    """TEXT with EDITS, all of which are of the text as it was."""
    places = sorted(((offset(text, edit["range"]["start"], encoding), offset(text, edit["range"]["end"], encoding),
                      edit["newText"]) for edit in edits), reverse=True)
    for start, end, new in places:
        text = text[:start] + new + text[end:]
    return text


def edits_of(edit, uri="file:///a.cfg"):
    if "changes" in edit:
        return edit["changes"][uri]
    assert edit["documentChanges"][0]["textDocument"]["uri"] == uri
    return edit["documentChanges"][0]["edits"]


def covered(text, place, encoding="utf-16"):
    return text[offset(text, place["start"], encoding):offset(text, place["end"], encoding)]
