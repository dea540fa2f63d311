# SPDX-License-Identifier: ISC
"""How long `weipsec lsp' takes for an answer: `lsp.py WEIPSEC FILE [ROUNDS]' asks each request of FILE, and prints the
least and the middle of the milliseconds that pass, by the clock, till the answer is there."""
import os
import statistics
import sys
import time

os.environ["WEIPSEC"] = sys.argv[1]
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../bats"))

from lsp import Editor  # noqa: E402 pylint: disable=wrong-import-position

CAPABILITIES = {"textDocument": {"hover": {"contentFormat": ["markdown"]}, "codeAction": {"codeActionLiteralSupport": {}}}}


def main():
    with open(sys.argv[2], encoding="utf-8") as file:
        text = file.read()
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 30
    lines = text.split("\n")
    # the last setting with words to tell of: what stands before it is read first
    line = max(i for i, words in enumerate(lines) if len(words.split()) > 1)
    column = len(lines[line])
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": len(lines), "character": 0}}
    editor = Editor(CAPABILITIES)
    editor.open(text)
    asked = {
        "didChange, diagnostics": lambda: editor.change(text + "\n"),
        "hover": lambda: editor.at("hover", line, column),
        "completion": lambda: editor.at("completion", line, column),
        "definition": lambda: editor.at("definition", line, column),
        "codeAction": lambda: editor.of("codeAction", range=whole, context={"diagnostics": []}),
        "documentSymbol": lambda: editor.of("documentSymbol"),
        "formatting": lambda: editor.of("formatting", options={}),
    }
    for name, ask in asked.items():
        times = []
        for _ in range(rounds):
            start = time.perf_counter()
            ask()
            times.append(1000 * (time.perf_counter() - start))
        print(f"{name:<34} {min(times):9.2f} {statistics.median(times):9.2f}")
    editor.leave()


main()
