# SPDX-License-Identifier: ISC
"""Reads reports with parsers that are not ours and compares each with the JSON report.

usage: formats.py gcc|sarif|junit|github|gitlab|text REPORT JSON [FAIL-ON]

All of them must hold the findings of JSON, in its order.  The files that JSON names are read from the
current folder: columns of SARIF and GitHub count characters, and are counted anew here.  Of text
the excerpts are read, and the fingerprints of JSON computed anew from those.
"""
import collections
import hashlib
import json
import os
import re
import sys
import urllib.parse
import xml.etree.ElementTree

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SCHEMA = os.path.join(ROOT, "testdata", "sarif-schema-2.1.0.json")
# RFC 3986: what a relative reference with a path may be made of; no colon, so never a scheme
URI = re.compile(r"(file:///)?([A-Za-z0-9._~/!$&'()*+,;=@-]|%[0-9A-F]{2})+\Z")


def printable(data):
    """The \\xHH form of bytes that are no printable UTF-8, as far as these tests need it."""
    return "".join(c if 32 <= ord(c) != 127 and not 0xDC80 <= ord(c) <= 0xDCFF and c != "\ufffe"
                   else "".join("\\x%02X" % byte for byte in c.encode("utf-8", "surrogateescape"))
                   for c in data.decode("utf-8", "surrogateescape"))


class Files:
    def __init__(self):
        self.lines = {}

    def column(self, path, line, column):
        """The column in characters of one in bytes."""
        if path not in self.lines:
            with open(path, "rb") as file:
                self.lines[path] = file.read().split(b"\n")
        before = self.lines[path][line - 1][:column - 1]
        if line == 1 and before.startswith(b"\xef\xbb\xbf"):
            before = before[3:]
        return len(before.decode("utf-8", "surrogateescape")) + 1


def gcc(report, expected):
    lines = iter(report.decode().splitlines())

    def told(path, one, severity, message):
        assert next(lines) == "%s:%d:%d: %s: %s" % (path, one["line"], one["column"], severity, message)

    for one in expected["diagnostics"]:
        path = one["file"]
        told(path, one, one["severity"], "%s [%s]" % (one["message"], one["rule"]))
        if "help" in one:
            told(path, one, "note", one["help"])
        for related in one.get("related", []):
            told(related["file"], related, "note", related["message"])
    assert next(lines, None) is None


def sarif(report, expected):
    import jsonschema
    document = json.loads(report)
    with open(SCHEMA) as file:
        jsonschema.Draft7Validator(json.load(file)).validate(document)
    run, = document["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    files = Files()

    def uri(location):
        value = location["uri"]
        assert URI.match(value), value
        return urllib.parse.unquote_to_bytes(value)

    def start(location, path, one):
        place = location["physicalLocation"]
        assert uri(place["artifactLocation"]) == path.encode(), (place, path)
        region = place["region"]
        assert region["startLine"] == one["line"]
        assert region["startColumn"] == files.column(path, one["line"], one["column"])
        return region

    def whole(region, path, one):
        assert region["endLine"] == one["end_line"]
        assert region["endColumn"] == files.column(path, one["end_line"], one["end_column"])

    def plain(message):
        return message["text"].replace("{{", "{").replace("}}", "}")

    # those that comments silence are in no other report
    silenced = [r for r in run["results"] if r["suppressions"]]
    results = [r for r in run["results"] if not r["suppressions"]]
    assert len(silenced) == expected["summary"]["suppressed"]
    for result in silenced:
        suppression, = result["suppressions"]
        assert suppression["kind"] == "inSource" and suppression["justification"]
        place = suppression["location"]["physicalLocation"]
        there = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == there["artifactLocation"]
        with open(uri(place["artifactLocation"]), "rb") as file:
            line = file.read().split(b"\n")[place["region"]["startLine"] - 1]
        assert b"weipsec:" in line, line
    assert len(results) == len(expected["diagnostics"])
    for result, one in zip(results, expected["diagnostics"]):
        path = one["file"]
        assert result["ruleId"] == one["rule"] == rules[result["ruleIndex"]]["id"]
        assert result["level"] == one["severity"]
        assert result["partialFingerprints"] == {"weipsec/v1": one["fingerprint"]}
        help_text = "\nhelp: " + one["help"] if "help" in one else ""
        assert plain(result["message"]) == one["message"] + help_text
        whole(start(result["locations"][0], path, one), path, one)
        related = result.get("relatedLocations", [])
        assert len(related) == len(one.get("related", []))
        for there, here in zip(related, one.get("related", [])):
            start(there, here["file"], here)
            assert plain(there["message"]) == here["message"]
        assert ("fixes" in result) == ("fix" in one)
        if "fix" in one:
            change, = result["fixes"][0]["artifactChanges"]
            assert len(change["replacements"]) == len(one["fix"]["edits"])
            for there, here in zip(change["replacements"], one["fix"]["edits"]):
                whole(there["deletedRegion"], path, here)
                assert there["insertedContent"]["text"] == here["text"]
    failed = [f for f in expected["files"] if "error" in f]
    invocation, = run["invocations"]
    assert invocation["executionSuccessful"] == (not failed)
    told = [n for n in invocation["toolExecutionNotifications"] if n["level"] == "error"]
    assert len(told) == len(failed)


def junit(report, expected, fail_on="error"):
    suites = xml.etree.ElementTree.fromstring(report)
    assert suites.tag == "testsuites"
    assert [s.get("name") for s in suites] == [f["path"] for f in expected["files"]]
    for suite in suites:
        for attribute, tag in ("failures", "failure"), ("errors", "error"), ("skipped", "skipped"):
            assert int(suite.get(attribute)) == len(suite.findall("testcase/" + tag))
        assert int(suite.get("tests")) == len(suite.findall("testcase")) >= 1
    ranks = ["note", "warning", "error"]
    failing = [d for d in expected["diagnostics"] if ranks.index(d["severity"]) >= ranks.index(fail_on)]
    others = [d for d in expected["diagnostics"] if d not in failing]
    cases = [case for case in suites.iter("testcase") if case.get("line")]
    assert len(cases) == len(failing)
    lines = [line for out in suites.iter("system-out") for line in out.text.split("\n")
             if line and "more not shown" not in line]
    assert lines == ["%s:%d:%d: %s: %s [%s %s]" % (d["file"], d["line"], d["column"], d["severity"], d["message"],
                                                  d["rule"], d["name"]) for d in others]
    for case, one in zip(cases, failing):
        assert case.get("classname") == case.get("file") == one["file"]
        assert case.get("name") == "%s at %d:%d" % (one["rule"], one["line"], one["column"])
        failure = case.find("failure")
        assert failure.get("type") == one["severity"]
        assert failure.get("message") == one["message"]
        assert one.get("help", "") in failure.text
        assert all(r["message"] in failure.text for r in one.get("related", []))
        assert one["name"] in failure.text


def decode(line):
    """A workflow command as the runner reads it: its name, properties and message."""
    name, properties, message = re.match(r"::(\w+) (.*?)::(.*)\Z", line).groups()

    def undo(text, codes):
        for code, character in codes + [("%25", "%")]:
            text = text.replace(code, character)
        return text

    ends = [("%0D", "\r"), ("%0A", "\n")]
    pairs = [pair.split("=", 1) for pair in properties.split(",")]
    return (name, {key: undo(value, ends + [("%3A", ":"), ("%2C", ",")]) for key, value in pairs},
            undo(message, ends))


def github(report, expected):
    text = report.decode()
    assert text.endswith("\n") or not text
    commands = [decode(line) for line in text.split("\n")[:-1]]
    files = Files()
    findings = [c for c in commands if "line" in c[1]]
    assert len(findings) == len(expected["diagnostics"])
    for (name, properties, message), one in zip(findings, expected["diagnostics"]):
        path = one["file"]
        assert name == {"note": "notice"}.get(one["severity"], one["severity"])
        assert properties["file"] == path
        assert properties["title"] == "%s %s" % (one["rule"], one["name"])
        assert int(properties["line"]) == one["line"]
        if one["line"] == one["end_line"]:
            assert int(properties["col"]) == files.column(path, one["line"], one["column"])
            assert int(properties["endColumn"]) == files.column(path, one["line"],
                                                                one["end_column"])
        else:
            assert int(properties["endLine"]) == one["end_line"]
        assert message.split("\n")[0] == one["message"]
        assert "help" not in one or message.split("\n")[1] == "help: " + one["help"]
        assert all(r["message"] in message for r in one.get("related", []))
    failed = [f["path"] for f in expected["files"] if "error" in f]
    assert [c[1]["file"] for c in commands if c[1]["title"] == "weipsec"] == failed


def gitlab(report, expected):
    """The fields that GitLab's code quality wants, and none beside them."""
    found = json.loads(report)
    assert isinstance(found, list) and len(found) == len(expected["diagnostics"])
    for there, one in zip(found, expected["diagnostics"]):
        assert set(there) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert there["severity"] == {"error": "critical", "warning": "major", "note": "info"}[one["severity"]]
        assert there["check_name"] == one["rule"]
        assert there["fingerprint"] == one["fingerprint"]
        assert there["location"] == {"path": re.sub("^(\\./+)+", "", one["file"]), "lines": {"begin": one["line"]}}
        assert there["description"] == one["message"] + (": " + one["help"] if "help" in one else "")
    assert len({there["fingerprint"] for there in found}) == len(found)


def text(report, expected):
    """Fingerprints, by the lines that people see."""
    shown = iter(report.decode("utf-8", "surrogateescape").split("\n"))
    counts, checked = collections.Counter(), 0
    line = next(shown)
    for one in expected["diagnostics"]:
        head = "%s:%d:%d: %s: " % (one["file"], one["line"], one["column"], one["severity"])
        while not line.startswith(head):
            line = next(shown)
        line = next(shown)
        excerpt = re.match(r" *%d \| (.*)" % one["line"], line)
        words = re.sub("[ \t]+", " ", excerpt.group(1)).strip(" ") if excerpt else ""
        if words.startswith("...") or words.endswith("..."):
            counts[None] += 1 # a part of a long line
            continue
        key = "\0".join([one["rule"], one["file"], str(one.get("tunnel", "-")), words, ""])
        counts[key] += 1
        digest = hashlib.sha256((key + str(counts[key])).encode("utf-8", "surrogateescape")).hexdigest()
        assert one["fingerprint"] == digest[:32], (one, key)
        checked += 1
    assert checked > 0.9 * len(expected["diagnostics"]), checked


def names(kind, report, directory):
    """The files that REPORT names must be those of DIRECTORY, whatever bytes they are made of."""
    found = sorted(os.listdir(os.fsencode(directory)))
    if kind == "sarif":
        got = {urllib.parse.unquote_to_bytes(
                   r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
               for r in json.loads(report)["runs"][0]["results"]}
    elif kind == "junit":
        found = [printable(name).encode() for name in found]
        got = {s.get("name").encode() for s in xml.etree.ElementTree.fromstring(report)}
    else:
        # an end of a line is kept, since it can be
        found = [printable(name.replace(b"\n", b"<LF>").replace(b"\r", b"<CR>")).encode()
                 for name in found]
        got = {decode(line)[1]["file"].replace("\n", "<LF>").replace("\r", "<CR>").encode()
               for line in report.decode().split("\n")[:-1]}
    assert {os.path.basename(name) for name in got} == set(found), (got, found)


def main(kind, path, other, *fail_on):
    with open(path, "rb") as file:
        report = file.read()
    if os.path.isdir(other):
        names(kind, report, other)
        return
    with open(other) as file:
        expected = json.load(file)
    if kind == "junit":
        junit(report, expected, *fail_on)
    else:
        {"gcc": gcc, "sarif": sarif, "github": github, "gitlab": gitlab, "text": text}[kind](report, expected)


main(*sys.argv[1:])
