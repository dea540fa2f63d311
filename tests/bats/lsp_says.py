# SPDX-License-Identifier: ISC
"""What `weipsec lsp' says: `lsp_says.py TEST [WORD...]' runs the function test_TEST, with words of its own."""
import collections
import fcntl
import glob
import json
import os
import re
import subprocess
import sys
import termios
import time
import urllib.parse

from lsp import WEIPSEC, Editor, apply, covered, edits_of, frame, offset, units

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
SECRET = "0sp0km74n/MWpc1KeYiJ03RznFQPN+efzsVt3981zznmk="
SOUND = f"""tunnel
    ipsec 1
        peer 192.0.2.2
        local-address 198.51.100.1
        local-id name alice1
        remote-id "bob@example.net"
        secret {SECRET}
        local-subnet 10.1.1.0/24
        remote-subnet 10.2.1.0/24
        ike cipher aes256 auth sha256 dh x25519
        esp cipher aes128gcm16 dh x25519
    end
end
"""
WRONG = SOUND.replace("aes256 auth", "aes128gcm16 auth")  # WI304 on line 9, with a fix
RICH = {"general": {"positionEncodings": ["utf-16"]},
        "workspace": {"workspaceEdit": {"documentChanges": True}},
        "textDocument": {"hover": {"contentFormat": ["markdown", "plaintext"]},
                         "publishDiagnostics": {"relatedInformation": True},
                         "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
                         "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}}
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 99999, "character": 0}}


def same(found, wanted):
    assert found == wanted, f"not {wanted!r} but {found!r}"


def check(*words, **more):
    return json.loads(subprocess.run([WEIPSEC, "check", "--format", "json", "--fail-on", "never", *words],
                                     stdout=subprocess.PIPE, check=True, **more).stdout)


def codes_of(text, *options):
    return [one["rule"] for one in check(*options, "-", input=text.encode())["diagnostics"]]


def inputs(pattern="*"):
    """Each input of testdata that an editor can send: its name and text."""
    for name in sorted(glob.glob(f"{ROOT}/testdata/{pattern}/**/*.*", recursive=True)):
        if not name.endswith((".cfg", ".weos")):
            continue
        with open(name, "rb") as file:
            data = file.read()
        try:
            yield name, data.decode("utf-8")
        except UnicodeDecodeError:
            pass


def actions(editor, place=None, **context):
    return editor.of("codeAction", range=place or WHOLE, context={"diagnostics": [], **context})


def labels(editor, text, mark="|"):
    """What is offered at the mark in TEXT."""
    before, after = text.split(mark)
    editor.change(before + after)
    line = before.count("\n")
    items = editor.at("completion", line, units(before.rsplit("\n", 1)[-1]))
    for item in items:  # whatever is taken is no more than the word that is there
        same(item["textEdit"]["range"]["end"], {"line": line, "character": units(before.rsplit("\n", 1)[-1])})
    return [item["label"] for item in items]


# ---- the protocol

def test_initialize():
    editor = Editor(RICH)
    can = editor.welcome["capabilities"]
    same({name for name in can if name.endswith("Provider")},
         {"codeActionProvider", "completionProvider", "definitionProvider", "documentFormattingProvider",
          "documentSymbolProvider", "hoverProvider"})
    same(can["textDocumentSync"]["change"], 1)
    same(can["positionEncoding"], "utf-16")
    same(editor.welcome["serverInfo"]["name"], "weipsec")
    same(editor.ask("initialize", {})["error"]["code"], -32600)
    same(editor.ask("textDocument/rename", {})["error"]["code"], -32601)
    editor.tell("$/setTrace", {"value": "verbose"})
    editor.tell("workspace/didChangeConfiguration", {"settings": {}})
    same(editor.leave(), 0)
    for offered, taken in ((["utf-32", "utf-8", "utf-16"], "utf-8"), (["utf-32"], "utf-16"), ("utf-8", "utf-16")):
        editor = Editor({"general": {"positionEncodings": offered}})
        same(editor.welcome["capabilities"]["positionEncoding"], taken)
        same(editor.leave(), 0)


def test_order():
    editor = Editor(starts=False)
    editor.tell("textDocument/didOpen", {"textDocument": {"uri": "file:///a.cfg", "version": 1, "text": WRONG}})
    same(editor.ask("textDocument/hover", {})["error"]["code"], -32002)
    same(editor.ask("shutdown")["error"]["code"], -32002)
    editor.ask("initialize", {})
    same(editor.ask("shutdown")["result"], None)
    same(editor.ask("textDocument/hover", {})["error"]["code"], -32600)
    same(editor.leave(shuts_down=False), 0)
    same([message for message in editor.said if "method" in message], [])


def test_ends():
    same(Editor().leave(shuts_down=False), 1)
    same(Editor(starts=False).leave(shuts_down=False), 1)
    # one that goes without a word has said no more than that
    same(subprocess.run([WEIPSEC, "lsp"], stdin=subprocess.DEVNULL, check=False).returncode, 1)
    for status in (1, 0):
        editor = Editor()
        if status == 0:
            editor.ask("shutdown")
        editor.server.stdin.close()
        same(editor.server.wait(), status)
    # one that reads nothing any more, and goes on to ask
    editor = Editor()
    editor.open(SOUND)
    editor.server.stdout.close()
    editor.tell("textDocument/didClose", {"textDocument": {"uri": "file:///a.cfg"}})
    editor.server.stdin.close()
    same(editor.server.wait(), 1)


def test_broken():
    editor = Editor()
    hover = editor.request("textDocument/hover", {"textDocument": {"uri": "file:///a.cfg"},
                                                  "position": {"line": 0, "character": 0}}, 77)
    bad = [
        b"Content-Length: none\r\n\r\n{}", b"Content-Length: -5\r\n\r\n", b"Content-Type: x\r\n\r\n{}",
        b"Content-Length:\r\n\r\n", b"x" * 5000, b"Content-Length: 3\r\n\r\n{\"jsonrpc\":", b"\r\n\r\n\r\n",
        frame(b"{"), frame(b"\xff\xfe"), frame(b"[" * 5000), frame(b""), frame(b'"word"'), frame([]), frame([hover]),
        frame({}), frame({"id": 1}), frame({"id": [1], "method": "shutdown"}), frame({"method": 5}),
    ]
    for junk in bad:
        before = len(editor.said)
        editor.send(junk, hover)
        same(editor.answer(77)["error"]["code"], -32602)  # nothing is open
        said = editor.said[before:-1]
        assert said and all(message["error"]["code"] in (-32700, -32600) for message in said), (junk[:40], said)
        assert said[0]["id"] in (None, 1), said
        # once for a stretch of junk, and once for what follows a message that is too short
        assert len(said) <= 1 + (b"Length: 3" in junk), said
    missing = [{}, {"textDocument": {}}, {"textDocument": {"uri": 5}}, {"textDocument": {"uri": "file:///a.cfg"}},
               [], 5, None, {"textDocument": {"uri": "a\0b"}}]
    editor.open(WRONG)
    for method in ("hover", "completion", "definition", "codeAction"):
        for params in missing:
            same(editor.ask("textDocument/" + method, params)["error"]["code"], -32602)
    for place in ({"line": -1, "character": 0}, {"line": "1", "character": 0}, {"line": 1}, {"line": 1.5, "character": 0}):
        same(editor.ask("textDocument/hover", {"textDocument": {"uri": "file:///a.cfg"}, "position": place})["error"]
             ["code"], -32602)
    for method in ("didOpen", "didChange", "didClose", "didSave"):
        for params in missing[:3] + missing[4:]:
            editor.tell("textDocument/" + method, params)
    editor.change(WRONG)
    same(editor.at("hover", 10 ** 9, 10 ** 9), None)
    editor.send({"jsonrpc": "2.0", "id": 5, "result": None}, {"jsonrpc": "2.0", "id": 6, "error": {}})
    same(editor.at("hover", 1, 8)["contents"]["kind"], "plaintext")
    same(editor.leave(), 0)


def test_headers():
    editor = Editor()
    editor.open(WRONG)
    body = json.dumps(editor.request("textDocument/hover", {"textDocument": {"uri": "file:///a.cfg"}, "position":
                                                            {"line": 1, "character": 8}}, 7)).encode()
    for head in (b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n",
                 b"content-length:%d\n\n", b"Content-Length: %d \r\nX: y\r\n\r\n"):
        editor.send(head % len(body) + body)
        assert editor.answer(7)["result"]["contents"]["value"].startswith("ipsec 1\n")
    for byte in frame(body):  # as slowly as it can come
        editor.send(bytes([byte]))
    assert editor.answer(7)["result"]
    same(editor.leave(), 0)


def test_large():
    editor = Editor()
    size = 97 << 20
    editor.server.stdin.write(b"Content-Length: %d\r\n\r\n" % size)
    for _ in range(97):
        editor.server.stdin.write(b"[" * (1 << 20))
    editor.open(WRONG)
    same([message["error"]["code"] for message in editor.said if "error" in message], [-32600])
    same(editor.leave(), 0)


def test_flood():
    """A client that reads nothing until it has written all, and writes on when the server has no room for answers."""
    editor = Editor(RICH)
    editor.open(SOUND)

    def hovers(first):
        return [editor.request("textDocument/hover", {"textDocument": {"uri": "file:///a.cfg"},
                                                      "position": {"line": 1, "character": 8}}, first + i)
                for i in range(800)]

    editor.send(*hovers(1000))
    # the pipe is full when nothing more comes into it
    seen, before, end = 0, -1, time.monotonic() + 60
    while seen < 20 and time.monotonic() < end:
        waiting = int.from_bytes(fcntl.ioctl(editor.server.stdout, termios.FIONREAD, b"    "), sys.byteorder)
        seen = seen + 1 if waiting == before and waiting > 16000 else 0
        before = waiting
        time.sleep(0.01)
    # now there is room for some: who would write all of it waits, and does not read
    for i in range(20):
        assert editor.answer(1000 + i)["result"], i
    editor.send(*hovers(2000))
    for i in [*range(1020, 1800), *range(2000, 2800)]:
        assert editor.answer(i)["result"], i
    same(editor.leave(), 0)


# ---- texts

def place_of(text, diagnostic):
    """Line and column of check for a diagnostic of ours."""
    start = diagnostic["range"]["start"]
    line = text.encode().split(b"\n")[start["line"]].decode()
    return start["line"] + 1, len(line[:offset(line, {"line": 0, "character": start["character"]})].encode()) + 1


def test_check():
    """Of every input of testdata the same as `check' says, but of those without a tunnel nothing."""
    names = {name: text for name, text in inputs()}
    said = collections.defaultdict(list)
    for one in check(*names)["diagnostics"]:
        said[one["file"]].append((one["line"], one["column"], one["severity"], one["rule"],
                                  one["message"] + ("\nhelp: " + one["help"] if "help" in one else "")))
    editor, quiet = Editor(RICH), 0
    severities = {1: "error", 2: "warning", 3: "note"}
    for name, text in names.items():
        uri = "file://" + urllib.parse.quote(name)
        found = [(*place_of(text, one), severities[one["severity"]], one["code"], one["message"])
                 for one in editor.open(text, uri)]
        if not found and said[name]:
            assert not re.search(r"^\s*(no )?tunnel\b", text, re.M), name
            quiet += 1
            continue
        assert found == said[name], (name, found, said[name])
        editor.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        same(editor.diagnostics(uri), [])
    assert len(names) > 800 and quiet < 30, (len(names), quiet)
    same(editor.leave(), 0)


def test_diagnostics():
    editor = Editor(RICH)
    found = editor.open(WRONG)
    same(len(found), 1)
    one = found[0]
    same((one["code"], one["severity"], one["source"]), ("WI304", 1, "weipsec"))
    same(one["data"], {"name": "aead-with-auth", "tunnel": 1, "fixable": True})
    same(covered(WRONG, one["range"]), "auth sha256")
    assert "tags" not in one
    same(editor.change(SOUND), [])
    same(editor.said[-1]["params"]["version"], 2)
    # as one types: the text that no file has
    cut = SOUND[:SOUND.index("x25519\n    end") + 4]
    same([one["code"] for one in editor.change(cut, version=3)], codes_of(cut))
    assert "WI124" in codes_of(cut)
    # a comment silences, as in check
    silenced = WRONG.replace("dh x25519\n        esp", "dh x25519 # weipsec: ignore WI309 -- no\n        esp")
    same([one["code"] for one in editor.change(silenced, version=4)], ["WI304", "WI116"])
    editor.tell("textDocument/didSave", {"textDocument": {"uri": "file:///a.cfg"}})
    same([one["code"] for one in editor.diagnostics("file:///a.cfg")], ["WI304", "WI116"])
    same(editor.leave(), 0)


def test_related():
    twice = SOUND.replace("end\nend", "end\n" + "\n".join(SOUND.split("\n")[1:12]).replace("ipsec 1", "ipsec 2") + "\nend")
    editor = Editor(RICH)
    found = [one for one in editor.open(twice) if "relatedInformation" in one]
    assert found
    for one in found:
        for other in one["relatedInformation"]:
            same(other["location"]["uri"], "file:///a.cfg")
            assert covered(twice, other["location"]["range"]) and other["message"]
        # a place can be gone to in an editor that does not show it
        start = one["range"]["start"]
        places = editor.at("definition", start["line"], start["character"])
        for other in one["relatedInformation"]:
            assert other["location"] in places, (other, places)
    same(editor.leave(), 0)
    editor = Editor({})
    dull = {(one["code"], one["range"]["start"]["line"]): one for one in editor.open(twice)}
    for one in found:
        other = dull[one["code"], one["range"]["start"]["line"]]
        assert "relatedInformation" not in other
        for place in one["relatedInformation"]:
            assert f"\nline {place['location']['range']['start']['line'] + 1}: {place['message']}" in other["message"]
    same(editor.leave(), 0)


def test_positions():
    wide = WRONG.replace("peer 192.0.2.2", "description \"Brücke 😀\" # weipsec: ignore 😀 zuviel\n        peer 192.0.2.2")
    wanted = [(one["line"], one["column"], one["rule"]) for one in check("-", input=wide.encode())["diagnostics"]]
    for encoding in ("utf-16", "utf-8"):
        editor = Editor({"general": {"positionEncodings": [encoding]}})
        found = editor.open(wide)
        lines = wide.split("\n")
        same([(one["range"]["start"]["line"] + 1,
               len(lines[one["range"]["start"]["line"]][:offset(lines[one["range"]["start"]["line"]], {
                   "line": 0, "character": one["range"]["start"]["character"]}, encoding)].encode()) + 1, one["code"])
              for one in found], wanted)
        line = next(i for i, words in enumerate(lines) if "Brücke" in words)
        for column in range(len(lines[line])):
            # wherever it is asked, in the middle of a pair as well, the place is on the line
            hover = editor.at("hover", line, column)
            assert not hover or hover["range"]["start"]["line"] == line
        same([one["code"] for one in found if one["range"]["start"]["line"] == line],
             [rule for at, _, rule in wanted if at == line + 1])
        assert any(at == line + 1 for at, _, _ in wanted)
        # a change of a part, though whole texts are asked for
        start = units(lines[line].split(" #")[0], encoding)
        editor.tell("textDocument/didChange", {
            "textDocument": {"uri": "file:///a.cfg", "version": 2}, "contentChanges": [
                {"range": {"start": {"line": line, "character": start},
                           "end": {"line": line, "character": units(lines[line], encoding)}}, "text": ""},
                {"range": {"start": {"line": line + 8, "character": 0}, "end": {"line": line + 9, "character": 0}},
                 "text": lines[line + 8].replace("aes128gcm16 auth", "aes256 auth") + "\n"}]})
        same(editor.diagnostics("file:///a.cfg"),
             Editor({"general": {"positionEncodings": [encoding]}}).open(
                 wide.replace(" # weipsec: ignore 😀 zuviel", "").replace("aes128gcm16 auth", "aes256 auth")))
        same(editor.leave(), 0)


def test_changes():
    editor = Editor(RICH)
    editor.open(WRONG)
    editor.tell("textDocument/didChange", {"textDocument": {"uri": "file:///a.cfg", "version": 2}, "contentChanges": [
        {"text": SOUND}, {"text": WRONG}]})
    same([one["code"] for one in editor.diagnostics("file:///a.cfg")], ["WI304"])
    same([one["code"] for one in editor.change("\0" + WRONG)], codes_of("\0" + WRONG))
    same([one["code"] for one in editor.change(WRONG.replace("\n", "\r\n"))], ["WI304"])
    same(editor.leave(), 0)


def is_forgotten(editor, uri):
    """That no finding stands in the editor, no request is answered, and part of a text changes nothing of that."""
    editor.tell("textDocument/didChange", {"textDocument": {"uri": uri, "version": 8}, "contentChanges": [
        {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": " "}]})
    editor.tell("textDocument/didSave", {"textDocument": {"uri": uri}})
    for method in ("codeAction", "completion", "definition", "documentSymbol", "formatting", "hover"):
        answer = editor.ask("textDocument/" + method, {
            "textDocument": {"uri": uri}, "position": {"line": 9, "character": 30}, "range": WHOLE, "options": {},
            "context": {"diagnostics": []}})
        same(answer.get("error", answer).get("code"), -32801)
    while not (told := [one["params"] for one in editor.said if one.get("params", {}).get("uri") == uri]):
        editor.read()
    same(told, [{"uri": uri, "diagnostics": []}])


def test_forgets():
    """After a change that cannot be read, nothing comes of the text before it."""
    a, b = "file:///a.cfg", "file:///b.cfg"
    editor = Editor(RICH)

    def change(changes, place=a):
        return editor.notice("textDocument/didChange", {"textDocument": {"uri": place, "version": 7},
                                                        "contentChanges": changes})

    start, end = {"line": 9, "character": 0}, {"line": 10, "character": 0}
    of_one = [change(changes) for changes in (
        None, 5, [{}], [{"text": 5}], [{"text": SOUND}, {"text": 5}], [{"range": 5, "text": SOUND}],
        [{"range": {"start": {}}, "text": ""}], [{"range": {"start": end, "end": start}, "text": ""}])]
    of_one += [{**change([{"text": SOUND}]), "id": 4711}, {**change([{"text": SOUND}]), "id": None},
               editor.notice("textDocument/didOpen", {"textDocument": {"uri": a, "version": 7, "text": 5}})]
    of_any = [change([{"text": SOUND}], 5), [change([{"text": SOUND}])], b"{", b"\xff\xfe",
              json.dumps(change([{"text": SOUND}])).encode().replace(b"ipsec", b"\xe4"),
              json.dumps(change([{"text": SOUND}])).encode().replace(b"7", b"7" * 99)]
    assert b"\xe4" in of_any[-2] and b"777" in of_any[-1]
    for bad in [frame(one) for one in of_one + of_any] + [b"Content-Length: none\r\n\r\n{}"]:
        is_of_one = bad in map(frame, of_one)
        for place in (a, b):
            same([one["code"] for one in editor.open(WRONG, place)], ["WI304"])
        editor.said.clear()
        # what was asked before it came is of no use either
        hover = {"textDocument": {"uri": a}, "position": {"line": 1, "character": 8}}
        editor.send(editor.request("textDocument/hover", hover, 99), bad)
        assert "error" in editor.answer(99) or b"didOpen" in bad
        for place in [a] if is_of_one else [a, b]:
            is_forgotten(editor, place)
        same(editor.remarks(), [("showMessage", 1, "weipsec: a change could not be read: nothing is said of the text until "
                                 "it changes again")])
        assert not is_of_one or editor.at("hover", 1, 8, b)
        same([one["code"] for one in editor.change(WRONG, a, 9)], ["WI304"])
        same(editor.said[-1]["params"]["version"], 9)
        assert editor.at("hover", 1, 8)
    # of a text that is not open nothing is forgotten
    editor.open(WRONG, b)
    editor.said.clear()
    editor.send(change(5, "file:///c.cfg"), {}, {"id": 5}, {"jsonrpc": "2.0", "id": 5, "result": None})
    assert editor.at("hover", 1, 8, a) and editor.at("hover", 1, 8, b)
    same(editor.remarks(), [])
    same(editor.leave(), 0)


def test_halves():
    """Half a pair of UTF-16, which an editor may have in a text, is one unit there; pairs stay pairs."""
    halved = WRONG.replace("peer 192", "description \"\ud83d 😀 \ude00\ude00\\\\ud83d\" # weipsec: ignore x\n        peer   192")
    whole = halved.replace("\ud83d 😀 \ude00\ude00", "\ufffd 😀 \ufffd\ufffd")
    assert whole.count("\ufffd") == 3 and "\\\\ud83d" in whole
    editor, other = Editor(RICH), Editor(RICH)
    editor.tell("textDocument/didOpen", {"textDocument": {"uri": "file:///a.cfg", "version": 1, "text": halved}})
    assert "error" not in editor.read()
    found = editor.said[-1]["params"]["diagnostics"]
    same(found, other.open(whole))
    assert "# weipsec: ignore x" in [covered(whole, one["range"]) for one in found], found
    edits = editor.of("formatting", options={})
    assert edits
    same(edits, other.of("formatting", options={}))
    same(editor.remarks(), [])
    same(editor.leave(), 0)


def test_many():
    editor = Editor(RICH)
    for i in range(50):
        same(len(editor.open(WRONG if i % 2 else SOUND, f"file:///{i}.cfg")), i % 2)
    editor.change(WRONG, "file:///2.cfg")
    for i in (1, 2, 3, 49):
        same(len(actions_of(editor, f"file:///{i}.cfg")), 2)
    editor.tell("textDocument/didClose", {"textDocument": {"uri": "file:///1.cfg"}})
    same(editor.diagnostics("file:///1.cfg"), [])
    same(editor.ask("textDocument/hover", {"textDocument": {"uri": "file:///1.cfg"}, "position": {
        "line": 1, "character": 8}})["error"]["code"], -32602)
    same(len(editor.open(WRONG, "file:///1.cfg")), 1)
    same(editor.leave(), 0)


def actions_of(editor, uri):
    return editor.ask("textDocument/codeAction", {"textDocument": {"uri": uri}, "range": WHOLE, "context": {
        "diagnostics": []}})["result"]


def test_foreign():
    """A text without a tunnel gets nothing, whatever is asked."""
    editor = Editor(RICH)
    for text in ("", "\n", "interface = eth0\npeer 1.2.3.4\nsecret x\n", "[section]\nike cipher 3des\n", '{"a": 1}\n',
                 "<a/>\n", "a\0b\n", "x" * 70000, "vlan 1\n    name x\n    end\n", "no newline"):
        same(editor.open(text), [])
        for method in ("hover", "completion", "definition"):
            assert editor.at(method, 0, 0) in (None, []), text
        for method in ("documentSymbol", "formatting"):
            same(editor.of(method, options={"tabSize": 4}), [])
        same(actions(editor), [])
    assert editor.open("tunel\n    ipsec 1\n        peer 1.2.3.4\n    end\nend\n"), "nearly a tunnel"
    same(editor.leave(), 0)


def test_cancel():
    editor = Editor(RICH)
    editor.open(WRONG)

    def hover(number, uri="file:///a.cfg"):
        return editor.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": {
            "line": 1, "character": 8}}, number)

    editor.open(SOUND, "file:///b.cfg")
    before = len(editor.said)
    editor.send(hover(101), hover("x"), hover(102, "file:///b.cfg"), editor.change_notice(SOUND), hover(103),
                editor.notice("$/cancelRequest", {"id": "x"}), editor.change_notice(WRONG, version=3), hover(104))
    editor.answer(104)
    said = {message["id"]: message.get("error", {}).get("code") for message in editor.said[before:] if "id" in message}
    same(said, {101: -32801, "x": -32801, 102: None, 103: -32801, 104: None})
    same([one["code"] for one in editor.diagnostics("file:///a.cfg")], ["WI304"])
    # of the text between there was nothing to say
    same([message["params"]["version"] for message in editor.said[before:] if "method" in message], [3])
    editor.send(hover(105), editor.notice("$/cancelRequest", {"id": 105}), hover(106))
    editor.answer(106)
    same(editor.said[-2]["error"]["code"], -32800)
    editor.tell("$/cancelRequest", {"id": 4711})
    editor.tell("$/cancelRequest", {})
    same(editor.leave(), 0)


# ---- what is told of a place

def test_actions():
    editor = Editor(RICH)
    editor.open(WRONG, version=7)
    found = actions(editor)
    same([one["kind"] for one in found], ["quickfix", "source.fixAll"])
    fix = found[0]
    same(fix["title"], "WI304: write 'prf prfsha256'")
    same([one["code"] for one in fix["diagnostics"]], ["WI304"])
    same(fix["edit"]["documentChanges"][0]["textDocument"], {"uri": "file:///a.cfg", "version": 7})
    for one in found:
        same(editor.change(apply(WRONG, edits_of(one["edit"]))), [])
    editor.change(WRONG)
    line = {"start": {"line": 9, "character": 0}, "end": {"line": 9, "character": 99}}
    other = {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 99}}
    same(len(actions(editor, line)), 2)
    same(actions(editor, other), [])
    for only, kinds in ((["quickfix"], ["quickfix"]), (["source.fixAll"], ["source.fixAll"]), (["source"], ["source.fixAll"]),
                        (["refactor"], []), (["quick"], []), (["source.fixAll.x"], []), ([], []), ([5], []),
                        ([""], ["quickfix", "source.fixAll"])):
        same([one["kind"] for one in actions(editor, line, only=only)], kinds)
    for only in "source.fixAll", "source":
        same([one["kind"] for one in actions(editor, other, only=[only])], ["source.fixAll"])
    same(actions(editor, other, only=["quickfix"]), [])
    same(editor.leave(), 0)
    editor = Editor({})
    editor.open(WRONG)
    same(actions(editor), [])
    same(editor.leave(), 0)
    # one that knows no versions of texts
    editor = Editor({"textDocument": RICH["textDocument"]})
    editor.open(WRONG)
    same(list(actions(editor)[0]["edit"]), ["changes"])
    same(editor.leave(), 0)


def test_fixes(folder):
    """Of every input with a fix: each finding's as JSON has it, all of them as `check --fix' does."""
    names = dict(inputs())
    fixes = collections.defaultdict(list)
    for one in check(*names)["diagnostics"]:
        if "fix" in one:
            fixes[one["file"]].append(one)
    editor, copies = Editor(RICH), []
    for i, (name, findings) in enumerate(fixes.items()):
        text = names[name]
        editor.open(text)
        found = actions(editor)
        quick = [edits_of(one["edit"]) for one in found if one["kind"] == "quickfix"]
        same([apply(text, edits) for edits in quick], [edited(text, one["fix"]["edits"]) for one in findings])
        copy = f"{folder}/{i}.cfg"
        with open(copy, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        every = [one for one in found if one["kind"] == "source.fixAll"]
        copies.append((copy, apply(text, edits_of(every[0]["edit"])) if every else text, name))
    subprocess.run([WEIPSEC, "check", "--fix", "--fail-on", "never", *(copy for copy, _, _ in copies)],
                   stdout=subprocess.DEVNULL, check=False)
    for copy, text, name in copies:
        with open(copy, encoding="utf-8", newline="") as file:
            assert file.read() == text, name
    assert len(copies) > 30, len(copies)
    same(editor.leave(), 0)


def edited(text, edits):
    """TEXT with edits as `check --format json' has them: columns are bytes."""
    lines = text.encode().split(b"\n")
    for edit in reversed(edits):
        line = lines[edit["line"] - 1]
        lines[edit["line"] - 1] = line[:edit["column"] - 1] + edit["text"].encode() + line[edit["end_column"] - 1:]
    return b"\n".join(lines).decode()


def value(editor, line, character):
    hover = editor.at("hover", line, character)
    return hover and hover["contents"]["value"]


def test_hover():
    editor = Editor(RICH)
    editor.open(WRONG)
    lines = WRONG.split("\n")

    def word(line, text):
        hover = editor.at("hover", line, lines[line].index(text) + 1)
        return hover["contents"]["value"], covered(WRONG, hover["range"])

    same(word(2, "peer")[0], "**peer**: the other end's outer address\n\n* takes: `ADDRESS|ANY`\n* default: `any`\n"
                             "* in ipsec 1: `192.0.2.2`")
    same(word(2, "192")[1], "192.0.2.2")
    said, place = word(5, "bob")
    assert "* in ipsec 1: `autodetect (email) bob@example.net`" in said and place == '"bob@example.net"', said
    said = word(6, "secret")[0]
    assert "* 8 to 63 characters" in said and "* in ipsec 1: `****`" in said, said
    said, place = word(9, "aes128gcm16")
    assert said.startswith("**aes128gcm16**: authenticated cipher") and "RFC 4106" in said, said
    assert "strength of 128 bits" in said and "not in phase 1 of version 1" in said and "weos4: not allowed" in said
    same(place, "aes128gcm16")
    said = word(9, "sha256")[0]
    assert said.startswith("**sha256**: ") and "# WI304 aead-with-auth\n" in said, said
    with open(f"{ROOT}/docs/rules/WI304.md", encoding="utf-8") as page:
        assert page.read() in said + "\n"
    said, place = word(1, "ipsec")
    assert place == "ipsec 1" and "    peer           192.0.2.2\n" in said and "secret         ****\n" in said, said
    same(editor.at("hover", 0, 99), None)
    same(editor.at("hover", 2, 0), None)
    # on a setting that was not given a value, and one of a tunnel that is none
    editor.change("tunnel\n    ipsec 1\n        dpd-timeout\n        sa-rekey-time 2h # peer\n")
    assert "* in ipsec 1: `?` (could not be read, line 3" in value(editor, 2, 10)
    assert "* 60 to 2592000 seconds" in value(editor, 3, 10)
    same(value(editor, 3, 28), None)
    # WeOS 4 has words of its own
    four = next(text for name, text in inputs() if "/accept/weos4/" in name and "crypto" in text)
    editor.change(four)
    line = next(i for i, words in enumerate(four.split("\n")) if "crypto" in words)
    assert "crypto C auth A" in value(editor, line, len(four.split("\n")[line]) - len(four.split("\n")[line].lstrip()) + 1)
    same(editor.leave(), 0)
    # one that has no Markdown
    editor = Editor({})
    editor.open(WRONG)
    hover = editor.at("hover", 9, lines[9].index("sha256"))
    same(hover["contents"]["kind"], "plaintext")
    assert "**" not in hover["contents"]["value"] and "WI304 aead-with-auth\n" in hover["contents"]["value"]
    same(editor.leave(), 0)


def test_settings():
    """Each setting of the table is offered, and explained."""
    editor = Editor(RICH)
    editor.open("tunnel\n    ipsec 1\n        \n    end\nend\n")
    items = editor.at("completion", 2, 8)
    with open(f"{ROOT}/schemas/settings.def", encoding="utf-8") as table:
        rows = re.findall(r'^SETTING\(\w+, "([^"]+)", \w+, \w+, \d+, \d+, "([^"]*)", "([^"]*)", "([^"]*)"\)', table.read(), re.M)
    assert len(rows) == 22
    by_label = {item["label"]: item for item in items}
    same(set(by_label), {row[0] for row in rows} | {"no", "end"})
    for word, standard, form, line in rows:
        item = by_label[word]
        same((item["detail"], item["documentation"]), (line, f"takes: {form or 'nothing'}\ndefault: {standard}"))
        same(item["textEdit"]["newText"], word + (" " if form else ""))
        editor.change(f"tunnel\n    ipsec 1\n        {word} x\n    end\nend\n")
        said = value(editor, 2, 9)
        assert said.startswith(f"**{word}**: {line}\n") and f"* default: `{standard}`" in said, said
        assert not form or f"* takes: `{form}`" in said, said
    same(editor.leave(), 0)


def test_completion(pki):
    editor = Editor(RICH, ["--pki", pki])
    editor.open(SOUND)
    body = SOUND.replace("    end\nend\n", "")

    def inside(words, text=body):
        return labels(editor, f"{text}        {words}\n    end\nend\n")

    given = {"peer", "local-address", "local-id", "remote-id", "secret", "local-subnet", "remote-subnet", "ike", "esp"}
    offered = inside("|")
    assert "description" in offered and "end" in offered and not given & set(offered), offered
    same(labels(editor, SOUND.replace("local-id name", "local-|id name"))[:2], ["enable", "description"])
    assert "local-id" in labels(editor, SOUND.replace("local-id name", "local-|id name"))  # its own line does not count
    same(set(inside("no |")), given | {"enable", "initiator", "dpd-action"})
    same(inside("version |"), ["1", "2"])
    same(inside("dpd-action |"), ["clear", "trap", "restart"])
    same(inside("method |"), ["psk", "cert"])
    same(inside("method psk |"), [])
    same(inside("revocation r|"), ["relaxed", "strict"])
    same(inside("local-id |", SOUND.split("        local-id")[0]), ["inet", "name", "email", "key", "dn"])
    same(inside("enable |"), [])
    same(inside("# |"), [])
    same(inside("peer |"), ["any"])
    same(inside("secret |"), [])
    ciphers = ["aes128", "aes128ctr", "aes256", "aes256ctr", "aes128ccm12", "aes128ccm16", "aes128gcm12", "aes128gcm16"]
    same(inside("ike |"), ["cipher", "auth", "prf", "dh"])
    same(inside("ike cipher |"), ciphers)
    same(inside("ike cipher aes128gcm16 |"), ["prf", "dh"])
    same(inside("ike cipher aes128gcm16 prf |"), ["prfsha256", "prfsha384", "prfsha512"])
    same(inside("ike cipher aes256 |"), ["auth", "dh"])
    same(inside("ike cipher aes256 auth |"), ["sha1", "sha256", "sha384", "sha512"])
    same(inside("ike cipher aes256 auth sha256 |"), ["dh"])
    same(inside("ike cipher aes256 auth sha256 dh |")[0], "modp2048")
    same(inside("esp cipher aes128gcm16 |"), ["dh"])
    same(inside("esp cipher aes128 |"), ["auth", "dh"])
    # in phase 1 of version 1 fewer fit
    first = body + "        version 1\n"
    same(inside("ike cipher |", first), ["aes128", "aes256"])
    same(inside("esp cipher |", first), ciphers)
    same(inside("certificate |"), ["alice", "alice2"])
    same(inside("ca |"), ["plant"])
    same(inside("ca pl|"), ["plant"])
    same(inside("description |"), [])
    # contexts
    same(labels(editor, SOUND + "|"), ["tunnel"])
    same(labels(editor, "tunnel\n    |\n    ipsec 1\n    end\nend\n"), ["ipsec 2", "no", "end"])
    same(labels(editor, "tunnel\n    ipsec |\nend\n"), ["1"])
    assert "peer" in labels(editor, "tunnel\n    ipsec 7\n|")
    same(labels(editor, "tunnel ipsec 1 method |\n"), ["psk", "cert"])
    assert "peer" not in labels(editor, SOUND + "tunnel ipsec 1 |\n")
    same(labels(editor, "tunnel\n    gre 1\n        |\n        end\n    ipsec 1\n    end\nend\n"), [])
    same(labels(editor, "vlan 1\n    |\n    end\ntunnel\nend\n"), ["tunnel"])
    same(editor.leave(), 0)
    editor = Editor(RICH)
    editor.open(SOUND)
    same(labels(editor, body + "        certificate |\n    end\nend\n"), [])
    four = "# Westermo WeOS v4.33.0\ntunnel\n    ipsec 1\n        %s\n    end\nend\n"
    assert {"outbound", "pfs", "aggressive"} < set(labels(editor, four % "|"))
    same(labels(editor, four % "ike |"), ["crypto", "auth", "dh"])
    assert "3des" in labels(editor, four % "ike crypto |")
    same(labels(editor, four % "dpd-action |"), ["clear", "hold", "restart"])
    assert "ipsec-nat-traversal" in labels(editor, "# Westermo WeOS v4.33.0\ntunnel\n    |\nend\n")
    same(editor.leave(), 0)


def test_symbols():
    text = SOUND.replace("end\nend\n", "end\n    ipsec 2\n        no enable\n        peer 192.0.2.9\n") + \
        "tunnel ipsec 3 description West\ntunnel ipsec 3 peer 192.0.2.3\nvlan 1\n    end\n"
    editor, whole_text = Editor(RICH), text
    editor.open(text)
    found = editor.of("documentSymbol")
    same([(one["name"], one["detail"]) for one in found],
         [("ipsec 1", "ipsec1, peer 192.0.2.2"), ("ipsec 2", "ipsec2, peer 192.0.2.9, disabled"),
          ("ipsec 3", "West, peer 192.0.2.3")])
    same([covered(text, one["selectionRange"]) for one in found], ["ipsec 1", "ipsec 2", "tunnel ipsec 3"])
    whole = [covered(text, one["range"]) for one in found]
    assert whole[0].endswith("x25519\n    end") and whole[1].endswith("192.0.2.9") and whole[2].endswith("192.0.2.3"), whole
    for one in found:
        assert covered(text, one["selectionRange"]) in covered(text, one["range"])
    # an instance that only a prompt names has its name there; editors refuse an outline in which one is not inside of the other
    count = 0
    for name, text in inputs("accept/session"):
        editor.change(text)
        for one in editor.of("documentSymbol"):
            outer, inner = ([(at["line"], at["character"]) for at in (one[key]["start"], one[key]["end"])]
                            for key in ("range", "selectionRange"))
            assert outer[0] <= inner[0] < inner[1] <= outer[1], (name, one)
            assert one["name"].split()[-1] in covered(text, one["selectionRange"]), (name, one)
            count += 1
    assert count > 30, count
    same(editor.leave(), 0)
    editor, text = Editor({}), whole_text
    editor.open(text)
    same([(one["name"], one["location"]["range"]) for one in editor.of("documentSymbol")],
         [(one["name"], one["range"]) for one in found])
    same(editor.leave(), 0)


def test_formatting(folder):
    """Of every input as `fmt' does, or refused as there."""
    editor, copies = Editor(RICH), {}
    for i, (name, text) in enumerate(inputs("accept")):
        if not editor.open(text) and not re.search(r"\b(tunnel|ipsec)\b", text):
            continue
        answer = editor.ask("textDocument/formatting", {"textDocument": {"uri": "file:///a.cfg"}, "options": {
            "tabSize": 2, "insertSpaces": False}})
        copies[f"{folder}/{i}.cfg"] = (name, text, answer)
    for copy, (_, text, _) in copies.items():
        with open(copy, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    said = subprocess.run([WEIPSEC, "fmt", "--write", *copies], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          check=False, text=True).stderr
    done = refused = 0
    for copy, (name, text, answer) in copies.items():
        if "error" in answer:
            same(answer["error"]["code"], -32803)
            assert answer["error"]["message"].startswith("not formatted: "), answer
            assert copy in said, name
            refused += 1
            continue
        with open(copy, encoding="utf-8", newline="") as file:
            assert file.read() == apply(text, answer["result"]), name
        done += bool(answer["result"])
    assert done > 100 and refused > 5, (done, refused)
    # what is in its form already gets no edit, and an edit is of the lines that differ
    tidy = SOUND.replace("    ", "        ")
    formatted = subprocess.run([WEIPSEC, "fmt", "-"], input=tidy, stdout=subprocess.PIPE, check=True, text=True).stdout
    editor.open(formatted)
    same(editor.of("formatting", options={}), [])
    editor.change(formatted.replace("peer 192.0.2.2", "peer   192.0.2.2"))
    same(len(editor.of("formatting", options={})), 1)
    editor.change("tunnel\n    ipsec 1\n        frobnicate 5\n    end\nend\n")
    same(editor.ask("textDocument/formatting", {"textDocument": {"uri": "file:///a.cfg"}, "options": {}})["error"]["message"],
         "not formatted: line 3: no such setting of 'ipsec': '****' [WI102]")
    same(editor.leave(), 0)


def test_definition(pki):
    editor = Editor(RICH, ["--pki", os.path.relpath(pki)])
    text = "tunnel\n    ipsec 1\n        method cert\n        certificate alice\n        ca plant\n        ca nobody\n" \
           "        peer alice\n    end\nend\n"
    codes = [one["code"] for one in editor.open(text)]
    same(codes, codes_of(text, "--pki", pki))
    assert codes != codes_of(text)  # the folder is asked
    for line, path in ((3, "x509/alice.pem"), (4, "x509ca/plant.pem")):
        place = editor.at("definition", line, 22 if line == 3 else 12)
        same(place["uri"], "file://" + urllib.parse.quote(os.path.realpath(f"{pki}/{path}")))
        same(place["range"]["start"], {"line": 0, "character": 0})
    assert "uri" not in editor.at("definition", 5, 12) and "uri" not in editor.at("definition", 6, 14)
    same(editor.at("definition", 3, 10), [])
    # what lies in the folder when the text is saved counts
    before = [one["code"] for one in editor.change(text)]
    os.rename(f"{pki}/x509/alice.pem", f"{pki}/x509/alice3.pem")
    editor.tell("textDocument/didSave", {"textDocument": {"uri": "file:///a.cfg"}})
    assert [one["code"] for one in editor.diagnostics("file:///a.cfg")] != before
    os.rename(f"{pki}/x509/alice3.pem", f"{pki}/x509/alice.pem")
    same(editor.leave(), 0)
    editor = Editor(RICH)
    editor.open(text)
    assert "uri" not in editor.at("definition", 3, 22)
    same(editor.leave(), 0)


def test_profile():
    editor = Editor(RICH, ["--profile", "nist"])
    same([one["code"] for one in editor.open(SOUND)], codes_of(SOUND, "--profile", "nist"))
    assert codes_of(SOUND, "--profile", "nist")
    same(editor.leave(), 0)


# ---- what lies beside a text

WATCHING = {**RICH, "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}


def put(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def uri(path):
    return "file://" + urllib.parse.quote(os.path.abspath(path))


def checked(path, text, *options):
    """What `check' says of TEXT, as if it lay in PATH."""
    found = check("--stdin-filename", path, *options, "-", input=text.encode(), stderr=subprocess.DEVNULL)
    severities = {"error": 1, "warning": 2, "note": 3}
    return [(one["rule"], severities[one["severity"]], one["line"] - 1) for one in found["diagnostics"]]


def shown(found):
    return [(one["code"], one["severity"], one["range"]["start"]["line"]) for one in found]


SHORT = SOUND.replace("auth sha256", "auth sha1").replace("aes128gcm16", "aes128gcm12")  # WI309, a warning, and WI311, a note
FIXABLE = WRONG.replace("10.2.1.0/24", "10.2.1.5/24")  # also WI205, a warning, with a fix


def test_project(pki):
    """Each line of a project file means for a text in an editor what it means for `check'."""
    certified = SOUND.replace(f"secret {SECRET}", "certificate alice\n        ca plant")
    per_tunnel = SHORT.replace("ipsec 1", "ipsec 1 # weipsec: profile rfc -- its peer is old")
    put("known.json", json.dumps(check("--stdin-filename", "a.cfg", "-", input=SHORT.encode())))
    with open("backup.json", "w", encoding="utf-8") as file:
        json.dump({"infix-system:system": {"hostname": "gw"}, "ietf-interfaces:interfaces": {"interface": []}}, file)
    editor, place = Editor(RICH), uri("plant ä/a.cfg")
    for lines, text in (("", SHORT), ("profile nist", SHORT), ("profile nist", per_tunnel), ("no WI311 WI309", SHORT),
                        ("error WI311\nwarning weak-prf", SHORT), ("[b.cfg]\nprofile nist", SHORT),
                        ("[/plant*/]\nprofile bsi", SHORT), ("dialect weos4", SHORT), ("baseline known.json", SHORT),
                        (f"pki {pki}", certified), (f"pki {pki}", certified.replace("alice", "nobody")),
                        ("no WI304", WRONG), ("[*.cfg]\ndevice backup.json", SHORT)):
        put(".weipsec", lines.replace("weak-prf", "WI309") + "\n")
        same(shown(editor.open(text, place)), checked("plant ä/a.cfg", text))
    put(".weipsec", "no WI311\n")
    assert shown(editor.open(SHORT, place)) != checked("plant ä/a.cfg", SHORT, "--no-project")
    # what is in no file, or on another machine, is in no project
    for other in ("untitled:a", "file://elsewhere" + os.path.abspath("a.cfg"), "file:///a%00b", "file:///a%zz"):
        same(shown(editor.open(SHORT, other)), checked("a.cfg", SHORT, "--no-project"))
    # what is excluded gets nothing
    put(".weipsec", "exclude plant*/\n")
    same(editor.open(SHORT, place), [])
    same(editor.of("hover", place, position={"line": 2, "character": 10}), None)
    same(editor.of("codeAction", place, range=WHOLE, context={"diagnostics": []}), [])
    same(editor.leave(), 0)
    put(".weipsec", "no WI311\n")
    editor = Editor(RICH, ["--no-project"])
    same(shown(editor.open(SHORT, place)), checked("plant ä/a.cfg", SHORT, "--no-project"))
    same(editor.leave(), 0)


def test_project_wins(pki):
    """What the server was started with wins over a project file."""
    put(".weipsec", "profile nist\npki nowhere\n")
    editor = Editor(RICH, ["--profile", "bsi", "--pki", pki])
    same(shown(editor.open(SHORT, uri("a.cfg"))), checked("a.cfg", SHORT, "--profile", "bsi", "--pki", pki))
    same(editor.leave(), 0)


def test_project_changes():
    """A project file that has changed counts with the next text, when a text is saved, and when it is told."""
    editor, places = Editor(WATCHING), [uri("a.cfg"), uri("b/b.cfg")]
    asked = [one for one in editor.said if one.get("method") == "client/registerCapability"] or [editor.read()]
    same(asked[0]["params"]["registrations"][0]["registerOptions"]["watchers"], [{"globPattern": "**/.weipsec"}])
    editor.send({"jsonrpc": "2.0", "id": asked[0]["id"], "result": None})
    for place in places:
        assert "WI311" in [one["code"] for one in editor.open(SHORT, place)]
    put(".weipsec", "no WI311\n")
    assert "WI311" not in [one["code"] for one in editor.change(SHORT, places[0])]
    editor.tell("textDocument/didSave", {"textDocument": {"uri": places[1]}})
    assert "WI311" not in [one["code"] for one in editor.diagnostics(places[1])]
    os.remove(".weipsec")
    editor.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri(".weipsec"), "type": 3}]})
    found = {}
    while len(found) < 2:
        message = editor.read()
        if message.get("method") == "textDocument/publishDiagnostics":
            found[message["params"]["uri"]] = [one["code"] for one in message["params"]["diagnostics"]]
    for place in places:
        assert "WI311" in found[place]
    same(editor.leave(), 0)
    editor = Editor(RICH)  # one that cannot watch is not asked to
    editor.open(SHORT)
    assert not [one for one in editor.said if one.get("method") == "client/registerCapability"]
    same(editor.leave(), 0)


def test_project_remarks():
    """What is wrong with a project file is told once, and nothing is judged by it; so is what it silences."""
    editor, one, other = Editor(RICH), uri("a.cfg"), uri("b/b.cfg")
    put(".weipsec", "no WI311\nnonsense Kd8sLq0pZx\n")
    same(editor.open(SHORT, one), [])
    same(editor.change(SHORT + "\n", one), [])
    same(editor.open(SHORT, other), [])
    same(editor.remarks(), [("showMessage", 1, "weipsec: .weipsec:2:1: no line of a project file")])
    same(editor.of("formatting", one, options={}), [])
    editor.said.clear()
    put(".weipsec", "no WI304\n")
    assert editor.change(WRONG, one)
    same(editor.remarks(), [("showMessage", 2, "weipsec: .weipsec: errors of WI304 cannot be silenced or lowered")])
    editor.said.clear()
    put(".weipsec", "no WI311\n")
    for place in (one, other, one):
        editor.change(SHORT, place)
    same(editor.remarks(), [("logMessage", 3, "weipsec: .weipsec: silences or lowers 1 finding")])
    editor.said.clear()
    os.remove(".weipsec")
    os.mkfifo(".weipsec")  # nobody waits for it
    same(editor.change(SHORT, one), [])
    same(editor.remarks(), [("showMessage", 1, "weipsec: .weipsec: it is no regular file")])
    editor.said.clear()
    os.remove(".weipsec")
    put(".weipsec", "no WI311\n")
    os.chmod(".", 0o777)
    assert "WI311" in [one["code"] for one in editor.change(SHORT, one)]
    same(editor.remarks(), [("showMessage", 2, "weipsec: .weipsec: not read: others may write to its folder")])
    same(editor.leave(), 0)


def test_project_fixes():
    """Code actions are what `check --fix' does under the same project file, formatting is what `fmt' does."""
    editor, place = Editor(RICH), uri("a.cfg")
    text = SOUND.replace("    end\nend", "end\nend").replace("peer 192", "peer    192")
    for lines in ("", "no WI304\n", "indent 3\n", "dialect weos4\nindent 2\n"):
        put(".weipsec", lines)
        put("a.cfg", text)
        editor.open(text, place)
        edits = editor.of("formatting", place, options={})
        subprocess.run([WEIPSEC, "fmt", "--write", "a.cfg"], check=True)
        with open("a.cfg", encoding="utf-8") as file:
            same(apply(text, edits), file.read())
    for lines in ("", "no WI205\n", "[a.cfg]\nno WI205\n", "baseline known.json\n"):
        put(".weipsec", lines)
        put("a.cfg", FIXABLE)
        if lines.startswith("baseline"):
            put(".weipsec", "")
            put("known.json", json.dumps(check("a.cfg")))
            put(".weipsec", lines)
        found = [shown([diagnostic])[0] for diagnostic in editor.open(FIXABLE, place)]
        same(found, checked("a.cfg", FIXABLE))
        alls = [one for one in editor.of("codeAction", place, range=WHOLE, context={"diagnostics": []})
                if one["kind"] == "source.fixAll"]
        subprocess.run([WEIPSEC, "check", "--fix", "a.cfg"], check=False, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        with open("a.cfg", encoding="utf-8") as file:
            same(apply(FIXABLE, edits_of(alls[0]["edit"], place)) if alls else FIXABLE, file.read())
    same(editor.leave(), 0)


# ---- what it must not do

def test_secrets():
    """No answer but an edit of the text has a secret, wherever it is asked."""
    other = "correct-horse-battery"
    text = SOUND.replace("local-id name alice1", f"local-id name {SECRET}").replace("end\nend", f"""end
    ipsec 2
        secrte "{other}"
        description {other}
        certificate {other}
        secret "{other}"
        peer {SECRET}
    end
    psk {other}
end""")
    editor = Editor(RICH)
    editor.open(text)
    for line, words in enumerate(text.split("\n")):
        for column in range(0, len(words) + 1, 3):
            for method in ("hover", "definition", "completion"):
                editor.at(method, line, column)
    editor.of("documentSymbol")
    editor.ask("textDocument/formatting", {"textDocument": {"uri": "file:///a.cfg"}, "options": {}})
    for one in editor.of("codeAction", range=WHOLE, context={"diagnostics": []}):
        assert SECRET not in one["title"] and other not in one["title"]
    raw = editor.raw.decode()
    for part in (SECRET, SECRET[2:20], "horse", "battery"):
        assert part not in raw, raw[raw.index(part) - 200:][:400]
    same(editor.leave(), 0)


def test_session(folder):
    """A session with every request, for who watches the server: it is in an empty folder, and leaves it so."""
    editor = Editor(RICH, folder=folder)
    editor.open(WRONG)
    for method in ("hover", "definition", "completion"):
        editor.at(method, 9, 30)
    actions(editor)
    for method in ("documentSymbol", "formatting"):
        editor.of(method, options={})
    editor.change(SOUND)
    editor.tell("textDocument/didSave", {"textDocument": {"uri": "file:///a.cfg"}})
    editor.diagnostics("file:///a.cfg")
    editor.tell("textDocument/didClose", {"textDocument": {"uri": "file:///a.cfg"}})
    same(editor.leave(), 0)
    same(os.listdir(folder), [])


if __name__ == "__main__":
    globals()["test_" + sys.argv[1]](*sys.argv[2:])
