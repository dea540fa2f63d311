#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The page of `weipsec fleet --html' in Chromium: page.py CHECK PAGE REPORT FOLDER

REPORT is the same network in JSON, FOLDER gets pictures.  Each CHECK is a function below.  Whatever the check, the
browser may ask for nothing but the page, and its console stays empty."""
import base64
import json
import os
import re
import sys
import time

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait


class Browser:
    def __init__(self, page, report, folder):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                     "--disable-background-networking", "--disable-component-update", "--no-first-run",
                     "--user-data-dir=" + os.path.join(folder, "profile")):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        service = webdriver.chrome.service.Service("/usr/bin/chromedriver")
        self.driver = webdriver.Chrome(service=service, options=options)
        # what Chromium shows first asks for its own parts
        self.driver.get("about:blank")
        self.driver.get_log("performance")
        self.url, self.folder = "file://" + os.path.abspath(page), folder
        with open(report, encoding="utf-8") as file:
            self.report = json.load(file)

    # ---- looking ----

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def run(self, script, *words):
        return self.driver.execute_script(script, *words)

    def wait(self, condition, what):
        WebDriverWait(self.driver, 120, 0.05).until(lambda _: condition(), what)

    def rows(self):
        """The rows of the table: outcome, end, other end, reason, IKE, ESP, findings."""
        return self.run("return Array.from(document.querySelectorAll('#pairs tbody tr'), row =>"
                        "Array.from(row.cells, cell => cell.firstChild && cell.firstChild.nodeName === 'SPAN'"
                        "? cell.textContent.replace(/^\\S /, '') : cell.firstChild.textContent))")

    def shown(self):
        return [tuple(row[:3]) for row in self.rows()]

    def count(self):
        """How many pairs and findings the page says that it shows."""
        words = self.one("#count").text
        return tuple(int(number) for number in re.match(r"(\d+) .*?, (\d+) ", words).groups())

    def focused(self):
        return self.run("const e = document.activeElement; return e.id || e.textContent.trim()")

    # ---- doing ----

    def open(self, state="", width=1280, height=900, scheme="light"):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                    {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        # two links to one page differ behind their `#' alone, and such a one does not load it anew
        self.driver.get("about:blank")
        self.driver.get(self.url + state)

    def press(self, *keys):
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def write(self, selector, words):
        self.one(selector).clear()
        self.one(selector).send_keys(words)

    def picture(self, name, clip=None):
        """What is on the screen, or WIDTH and HEIGHT of the page from its beginning."""
        words = {"format": name.rpartition(".")[2]}
        if name.endswith("webp"):
            words["quality"] = 60
        if clip:
            words.update(clip={"x": 0, "y": 0, "width": clip[0], "height": clip[1], "scale": 1}, captureBeyondViewport=True)
        data = self.driver.execute_cdp_cmd("Page.captureScreenshot", words)["data"]
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(base64.b64decode(data))

    def end(self):
        """Nothing was asked for but the page, and nobody complained."""
        asked = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        urls = {message["params"]["request"]["url"].split("#")[0] for message in asked
                if message["method"] == "Network.requestWillBeSent"}
        assert urls <= {self.url, "about:blank"} and self.url in urls, urls
        said = self.driver.get_log("browser")
        assert not said, said


# ---- what is expected, from the report ----

def pairs_of(report, wanted=lambda pair: True):
    return [pair for pair in report["pairs"] if wanted(pair)]


def name_of(report, pair, side):
    """An end as the table names it."""
    file = pair["file_" + side]
    if file is None:
        return None
    host = {gateway["file"]: gateway["hostname"] for gateway in report["gateways"]}[file]
    return f"{host or file} ipsec {pair[side]}"


def ends(report, pairs):
    """Sorted, with what is known of them; an unmatched end names who it asks for, which the report does not."""
    return sorted((pair["outcome"], name_of(report, pair, "a")) for pair in pairs)


def seen(rows):
    return sorted((row[0], row[1]) for row in rows)


# ---- the checks ----

def opens(browser):
    report = browser.report
    browser.open()
    assert browser.one("h1").text == "The network"
    assert seen(browser.rows()) == ends(report, pairs_of(report))
    assert browser.count() == (len(report["pairs"]), len(report["diagnostics"]))
    # worst first, and a report's order among equals
    outcomes = [row[0] for row in browser.rows()]
    order = ["no-ike", "no-child", "lost-at-rekey", "invalid", "unmatched", "unknown", "disabled", "on-traffic", "up"]
    assert outcomes == sorted(outcomes, key=order.index) and len(set(outcomes)) > 3
    assert len(browser.all("#findings li")) == min(200, len(report["diagnostics"]))
    # the topology: each gateway, and a line between two that have pairs
    assert len(browser.all(".gateway:not(.peer)")) == len(report["gateways"])
    joined = {tuple(sorted((pair["file_a"], pair["file_b"]))) for pair in pairs_of(report) if pair["file_b"]}
    assert len(browser.all("#map path.edge")) >= len(joined)
    # landmarks, and a name for each control
    for tag in ("header", "main", "footer", "form[role=search]"):
        assert len(browser.all(tag)) == 1, tag
    for control in browser.all("input, select, button"):
        assert not control.is_displayed() or control.accessible_name, control.get_attribute("outerHTML")
    assert browser.one("#map").accessible_name == "Topology" and browser.one("#pairs").aria_role == "table"


def sorts(browser):
    browser.open()
    for key, cell in (("end", 1), ("reason", 3), ("findings", 6)):
        head = browser.one(f"#pairs th[data-key={key}]")
        head.find_element(By.TAG_NAME, "button").click()
        assert head.get_attribute("aria-sort") == "ascending"
        assert len(browser.all("#pairs th[aria-sort]")) == 1
        once = [row[cell] for row in browser.rows()]
        head.find_element(By.TAG_NAME, "button").click()
        assert head.get_attribute("aria-sort") == "descending"
        assert [row[cell] for row in browser.rows()] == once[::-1] and len(set(once)) > 1, key
        if key == "end":
            numbers = [int(re.search(r"(\d+) ipsec", name)[1]) for name in once if name.startswith("spoke")]
            assert numbers == sorted(numbers)
        if key == "findings":
            assert [int(count) for count in once] == sorted((int(count) for count in once), reverse=True)


def filters(browser):
    report = browser.report
    total = (len(report["pairs"]), len(report["diagnostics"]))
    browser.open()
    # outcome, one and two
    for outcome in ("no-ike", "unmatched"):
        browser.one(f"#outcomes [data-outcome={outcome}]").click()
    assert seen(browser.rows()) == ends(report, pairs_of(report, lambda pair: pair["outcome"] in ("no-ike", "unmatched")))
    assert len(browser.all("#outcomes [aria-pressed=true]")) == 2
    browser.one("#outcomes [data-outcome=unmatched]").click()
    assert seen(browser.rows()) == ends(report, pairs_of(report, lambda pair: pair["outcome"] == "no-ike"))
    # and a site: the whole name of one
    browser.write("#site", "HUB1")
    assert seen(browser.rows()) == ends(report, pairs_of(report, lambda pair: pair["outcome"] == "no-ike" and
                                                        "net/hub1.cfg" in (pair["file_a"], pair["file_b"])))
    browser.one("#reset").click()
    assert browser.count() == total and not browser.one("#site").get_attribute("value")
    # part of a name
    browser.write("#site", "spoke0001")
    assert len(browser.rows()) >= 10 and all("spoke0001" in row[1] + row[2] for row in browser.rows())
    browser.one("#reset").click()
    # rule
    rules = {one["rule"] for one in report["diagnostics"]}
    select = Select(browser.one("#rule"))
    assert {option.get_attribute("value") for option in select.options} == rules | {""}
    select.select_by_value("WI1005")
    found = [one for one in report["diagnostics"] if one["rule"] == "WI1005"]
    assert browser.count() == (len(found), len(found)), browser.count()
    assert all("WI1005" in item.text for item in browser.all("#findings li"))
    browser.one("#reset").click()
    # text: all words, in whatever stands in a line or a finding
    browser.write("#text", "10.0.7.0/24 lOcal-subnet")
    assert browser.rows() and all("spoke00007" in row[1] + row[2] for row in browser.rows()), browser.rows()
    browser.write("#text", "there is no such word")
    assert browser.count()[0] == 0 and browser.one("#list .none").is_displayed()
    browser.one("#reset").click()
    assert browser.count() == total


def follows(browser):
    report = browser.report
    browser.open()
    row = next(row for row in browser.all("#pairs tbody tr") if row.text.startswith("\u2715 lost-at-rekey"))
    name = row.find_element(By.TAG_NAME, "a").text
    pair = next(one for one in report["pairs"] if name_of(report, one, "a") == name)
    row.find_element(By.TAG_NAME, "a").click()
    details = browser.one("#details")
    browser.wait(details.is_displayed, "details")
    assert browser.focused() == "details-title"
    assert details.find_element(By.TAG_NAME, "h2").text == f"{name} \u2013 {name_of(report, pair, 'b')}"
    steps = [cell.text for cell in browser.all("#details .exchanges tr:not(.refused) td:first-child")]
    assert steps[:3] == ["IKE_SA_INIT", "IKE_AUTH", "CHILD_SA"], steps
    assert pair["reason"] in browser.one("#details tr.refused").text
    assert pair["ike"] in details.text and pair["esp"] in details.text
    # the lines of both files as they stand in them, secrets masked
    for side, figure in zip("ab", browser.all("#details figure")):
        with open(pair["file_" + side], encoding="ascii") as file:
            lines = file.read().split("\n")
        shown = browser.run("return Array.from(arguments[0].querySelectorAll('tr'), row => "
                            "[+row.cells[0].textContent, row.cells[1].textContent])", figure)
        assert len(shown) > 8
        for number, words in shown:
            assert words == re.sub(r"secret .*", "secret ****", lines[number - 1]), words
    assert browser.all("#details tr.said") and browser.all("#details .finding mark")
    # a finding leads to its pair
    browser.one("#close").click()
    assert not browser.one("#details").is_displayed() and browser.focused() == name
    link = browser.one("#findings li a")
    words = link.text
    link.click()
    browser.wait(lambda: browser.one("#details").is_displayed(), "details")
    assert browser.one("#details h2").text == words
    # an end alone has its lines, and nothing for the other one
    browser.open("#outcome=unmatched")
    browser.all("#pairs tbody tr td")[3].click()
    browser.wait(lambda: browser.one("#details").is_displayed(), "details")
    assert len(browser.all("#details figure")) == 1


def links(browser):
    browser.open()
    browser.one("#outcomes [data-outcome=up]").click()
    browser.write("#site", "hub1")
    browser.write("#text", "aes256 & <x>")
    browser.write("#text", "aes256")
    browser.one("#pairs th[data-key=other] button").click()
    browser.one("#pairs th[data-key=other] button").click()
    browser.all("#pairs tbody a")[2].click()
    browser.wait(lambda: browser.one("#details").is_displayed(), "details")
    rows, title, url = browser.rows(), browser.one("#details h2").text, browser.driver.current_url
    assert len(rows) > 5
    state = url[url.index("#"):]
    browser.open(state)
    browser.wait(lambda: browser.one("#details").is_displayed(), "details")
    assert (browser.rows(), browser.one("#details h2").text) == (rows, title)
    assert browser.one("#site").get_attribute("value") == "hub1" and browser.one("#text").get_attribute("value") == "aes256"
    assert browser.one("#pairs th[data-key=other]").get_attribute("aria-sort") == "descending"
    assert browser.one("[data-outcome=up]").get_attribute("aria-pressed") == "true"
    # back and forth
    browser.all("#pairs tbody a")[0].click()
    browser.wait(lambda: browser.one("#details h2").text != title, "another pair")
    browser.driver.back()
    browser.wait(lambda: browser.one("#details h2").text == title, "back")
    # what is no state does no harm
    for state in ("#outcome=none&rule=WI9999&sort=x&pair=y", "#%", "#<img src=x onerror=alert(1)>", "#table"):
        browser.open(state)
        assert browser.count()[0] == len(browser.report["pairs"]), state


def keyboard(browser):
    browser.open()
    # from the beginning of the page to the table, and into a pair
    browser.one("body").send_keys(Keys.TAB)
    assert browser.focused() == "To the table of pairs"
    browser.press(Keys.ENTER)
    assert browser.focused() == "table"
    for column in ("Outcome", "End", "Other end"):
        browser.press(Keys.TAB)
        assert browser.focused() == column
    browser.press(Keys.ENTER)
    assert browser.one("#pairs th[data-key=other]").get_attribute("aria-sort") == "ascending"
    assert browser.focused() == "Other end"
    while browser.focused() != "Findings":
        browser.press(Keys.TAB)
    browser.press(Keys.TAB)
    first = browser.focused()
    assert first == browser.rows()[0][1]
    browser.press(Keys.ARROW_DOWN)
    second = browser.focused()
    assert second == browser.rows()[1][1] and second != first
    width = browser.run("return getComputedStyle(document.activeElement).outlineWidth")
    assert width == "3px", width
    browser.press(Keys.ENTER)
    browser.wait(lambda: browser.one("#details").is_displayed(), "details")
    assert browser.focused() == "details-title"
    browser.press(Keys.ESCAPE)
    assert not browser.one("#details").is_displayed() and browser.focused() == second
    # a filter by keys alone
    browser.run("document.querySelector('#site').focus()")
    browser.press("hub0")
    assert browser.rows() and all("hub0 " in row[1] + row[2] for row in browser.rows())
    browser.press(Keys.SHIFT + Keys.TAB + Keys.NULL, Keys.SPACE)
    assert len(browser.all("#outcomes [aria-pressed=true]")) == 1
    # the topology
    browser.one("#reset").send_keys(Keys.ENTER)
    browser.run("document.querySelector('#map').focus()")
    browser.press(Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ARROW_LEFT)
    assert len(browser.all(".gateway.at")) == 1 and " pair" in browser.one("#map-said").get_attribute("textContent")
    before = browser.one("#map").get_dom_attribute("viewBox")
    browser.press("+")
    assert browser.one("#map").get_dom_attribute("viewBox") != before
    browser.press("0", Keys.ENTER)
    assert browser.one("#site").get_attribute("value")
    assert browser.count()[0] < len(browser.report["pairs"])


def contrast(browser):
    """Words against what is behind them: 4.5 to 1 at least, in both schemes."""
    script = """
        const light = words => {
            const [r, g, b] = words.match(/[\\d.]+/g).map(Number).map(c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ground = e => { while (e && /rgba\\(.*, 0\\)/.test(getComputedStyle(e).backgroundColor)) e = e.parentElement;
            return getComputedStyle(e || document.documentElement).backgroundColor; };
        const bad = [];
        document.querySelectorAll("body *").forEach(e => {
            if (!e.checkVisibility() || e.closest("svg") || !Array.from(e.childNodes).some(n => n.nodeType === 3 && n.textContent.trim()))
                return;
            const [a, b] = [light(getComputedStyle(e).color), light(ground(e))];
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (ratio < 4.5)
                bad.push([e.outerHTML.slice(0, 80), ratio]);
        });
        return bad;"""
    for scheme in ("light", "dark"):
        browser.open(browser.pair, scheme=scheme)
        assert browser.run("return getComputedStyle(document.body).backgroundColor") == \
            {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 23, 29)"}[scheme]
        bad = browser.run(script)
        assert not bad, bad


def heard(browser):
    """What a screen reader is told, by what Chromium gives to one: the tree of accessibility."""
    def nodes():
        return [node for node in browser.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
                if not node["ignored"]]

    def role(node):
        return node["role"]["value"]

    def name(node):
        return node.get("name", {}).get("value", "")

    def property_of(node, wanted):
        return next((one["value"]["value"] for one in node.get("properties", []) if one["name"] == wanted), None)

    browser.open()
    tree = nodes()
    for node in tree:
        assert role(node) not in ("button", "textbox", "searchbox", "combobox", "link", "checkbox") or name(node), node
    def headings(tree):
        found = [(property_of(node, "level"), name(node)) for node in tree if role(node) == "heading"]
        levels = [level for level, _ in found]
        assert levels[0] == 1 not in levels[1:] and all(there <= here + 1 for here, there in zip(levels, levels[1:])), found
        return {words for _, words in found}

    assert {"The network", "Topology", "Pairs", "Findings"} <= headings(tree)
    heads = [name(node) for node in tree if role(node) == "columnheader"]
    assert heads == ["Outcome", "End", "Other end", "Reason", "IKE", "ESP", "Findings"], heads
    map_node, = [node for node in tree if role(node) == "application"]
    assert name(map_node) == "Topology" and "Arrow keys" in map_node["description"]["value"]
    # what a filter leaves is said when it changes, without a word being asked for
    said = [node for node in tree if role(node) == "status"]
    assert len(said) >= 2 and all(property_of(node, "live") == "polite" for node in said)
    before = browser.one("#count").text
    browser.write("#site", "hub1")
    assert browser.one("#count").text not in (before, "")
    browser.open(browser.pair)
    assert len(headings(nodes())) > 4


def printed(browser):
    """On paper, of a screen that is dark: all that there is, in black, and nothing that wants a mouse."""
    report = browser.report
    browser.open(browser.pair, scheme="dark")
    rows = len(browser.rows())
    assert rows < len(report["pairs"])
    words = browser.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
    paper = base64.b64decode(words["data"])
    with open(os.path.join(browser.folder, "paper.pdf"), "wb") as file:
        file.write(paper)
    assert paper.startswith(b"%PDF-") and len(re.findall(rb"/Type\s*/Page\b", paper)) > 10
    assert len(browser.rows()) == len(report["pairs"]) and len(browser.all("#findings li")) == len(report["diagnostics"])
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert browser.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.run("return getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    for control in browser.all("input, select, #reset, #zoom button, .more button, .help"):
        assert not control.is_displayed(), control.get_attribute("outerHTML")
    assert browser.one("#details").is_displayed() and browser.one("#map").is_displayed()


def pictures(browser):
    """In both schemes, narrow and wide; nothing is wider than the screen."""
    for scheme in ("light", "dark"):
        for width in (400, 820, 1280, 1920):
            for state, name in (("", "all"), (browser.pair, "pair")):
                browser.open(state, width, 900, scheme)
                assert browser.run("return document.documentElement.scrollWidth") <= width, (width, state)
                browser.picture(f"{scheme}-{width}-{name}.png")


def many(browser):
    """A thousand gateways: how long it takes is said, and asserted by nobody."""
    report = browser.report
    begun = time.monotonic()
    browser.open()
    browser.wait(lambda: browser.rows(), "rows")
    opened = time.monotonic() - begun
    assert browser.count()[0] == len(report["pairs"]) and len(browser.rows()) == 200
    assert len(browser.all(".gateway:not(.peer)")) == len(report["gateways"])
    took = {}
    for name, changes in (("outcome", "{outcomes: new Set(['no-ike'])}"), ("site", "{outcomes: new Set(), site: 'hub1'}"),
                          ("text", "{site: '', text: '10.0.7.0/24'}"), ("sort", "{text: '', sort: 'other'}")):
        took[name] = browser.run(f"const t = performance.now(); change({changes}); document.body.offsetHeight; "
                                 "return Math.round(performance.now() - t)")
    browser.write("#site", "spoke00500")
    assert len(browser.rows()) == 1
    browser.one("#reset").click()
    browser.one("#list [data-more=all]").click()
    assert len(browser.rows()) == len(report["pairs"])
    print(f"{len(report['gateways'])} gateways: open {opened:.1f} s, " +
          ", ".join(f"{name} {time} ms" for name, time in took.items()))


def hostile(browser):
    """Names that are markup run nothing, and are there as text."""
    browser.open()
    assert not browser.all("img, #list script, b.x")
    assert "</script><img/src=x/onerror=alert(1)>" in browser.one("#pairs").text
    assert not browser.run("return window.harmed")
    browser.all("#pairs tbody a")[0].click()
    browser.wait(lambda: browser.one("#details").is_displayed(), "details")
    assert not browser.all("img")


def docs(browser):
    """The picture of docs/fleet.md."""
    browser.open(browser.pair, 1240, 1240)
    browser.run("scrollTo(0, 0)")
    browser.picture("fleet.webp")


def main():
    check, page, report, folder = sys.argv[1:]
    browser = Browser(page, report, folder)
    try:
        pair = next((one for one in browser.report["pairs"] if one["outcome"] == "lost-at-rekey"), browser.report["pairs"][0])
        browser.pair = f"#pair={pair['file_a']}:{pair['a']}~{pair['file_b']}:{pair['b']}"
        globals()[check](browser)
        browser.end()
    finally:
        browser.driver.quit()


if __name__ == "__main__":
    main()
