#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Reads a page of `weipsec fleet --html' without a browser.

    page.py data FILE           its data, as JSON
    page.py same FILE REPORT    has it the pairs and findings of a report in JSON?
    page.py closed FILE         is it closed: two scripts and a style, allowed by their hashes, and nothing else?"""
import base64
import hashlib
import html.parser
import json
import re
import sys


class Page(html.parser.HTMLParser):
    """Its elements as a browser sees them that runs scripts, but for noscript."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.raw, self.open, self.words = [], {}, None, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.elements.append((tag, attributes))
        self.open = (tag, attributes.get("type")) if tag in ("script", "style") else None

    def handle_endtag(self, tag):
        self.open = None

    def handle_data(self, data):
        if self.open:
            self.raw[self.open] = self.raw.get(self.open, "") + data
        else:
            self.words.append(data)


def read(path):
    with open(path, encoding="ascii", newline="") as file:
        return file.read()


def data_of(path):
    return json.loads(Page(read(path)).raw["script", "application/json"])


def hash_of(words):
    return "'sha256-" + base64.b64encode(hashlib.sha256(words.encode()).digest()).decode() + "'"


def closed(path):
    text = read(path)
    page = Page(text)
    tags = [tag for tag, _ in page.elements]
    policy = [attributes["content"] for tag, attributes in page.elements
              if attributes.get("http-equiv") == "Content-Security-Policy"]
    script, style = page.raw["script", None], page.raw["style", None]
    assert policy == [f"default-src 'none'; script-src {hash_of(script)}; style-src {hash_of(style)}; "
                      "base-uri 'none'; form-action 'none'"], policy
    assert tags.count("script") == 2 and tags.count("style") == 1, tags
    assert not set(tags) & {"img", "link", "iframe", "object", "embed", "video", "audio", "source", "base", "use"}
    for tag, attributes in page.elements:
        assert not set(attributes) & {"src", "srcset", "style", "action", "formaction", "ping", "poster"}, attributes
        assert attributes.get("href", "#").startswith("#"), attributes
        assert not [name for name in attributes if name.startswith("on")], attributes
    assert "url(" not in style and "@import" not in style
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|fetch\(|XMLHttp|"
                         r"import\(|WebSocket|sendBeacon|localStorage|cookie", script)
    return tags


def same(path, report):
    data = data_of(path)
    with open(report, encoding="utf-8") as file:
        report = json.load(file)
    sites = [site["file"] for site in data["sites"]]

    def pair_of(pair):
        own = {key: value for key, value in pair.items() if key not in ("ends", "steps", "verdict")}
        for key, place in zip(("file_a", "file_b"), pair["ends"]):
            own[key] = sites[place[0]] if place and len(place) > 1 else None
        return own

    assert [pair_of(pair) for pair in data["pairs"]] == report["pairs"]

    def place_of(place):
        return sites[place["site"]], place["line"], place["column"]

    found = [(one["rule"], one["severity"], one["message"], one.get("help"), place_of(one["places"][0]),
              [(place_of(place), place["message"]) for place in one["places"][1:]]) for one in data["findings"]]
    said = [(one["rule"], one["severity"], one["message"], one.get("help"),
             (one["file"], one["line"], one["column"]),
             [((other["file"], other["line"], other["column"]), other["message"])
              for other in one.get("related", [])]) for one in report["diagnostics"]]
    assert found == said
    assert {one[0] for one in found} == set(data["rules"])
    assert data["summary"] == {key: report["summary"].get(key, 0) for key in data["summary"]}
    assert [site["file"] for site in data["sites"] if site["ends"]] == [one["file"] for one in report["gateways"]]
    for pair in data["pairs"]:
        for place in pair["ends"]:
            assert not place or len(place) < 2 or data["sites"][place[0]]["ends"][place[1]]
    return f"{len(found)} findings, {len(data['pairs'])} pairs"


def main():
    verb, *words = sys.argv[1:]
    if verb == "data":
        json.dump(data_of(*words), sys.stdout)
    elif verb == "same":
        print(same(*words))
    else:
        print(*closed(*words))


if __name__ == "__main__":
    main()
