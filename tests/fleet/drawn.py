#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What a picture that Graphviz drew shows: `drawn.py FILE.svg' prints a line of each gateway, its words with TABs
between them, and a line of each tunnel, its colour and what is said of it."""
import sys
import xml.etree.ElementTree

SVG = "{http://www.w3.org/2000/svg}"


def main():
    for group in xml.etree.ElementTree.parse(sys.argv[1]).iter(SVG + "g"):
        words = [text.text for text in group.iter(SVG + "text")]
        if group.get("class") == "node":
            print("\t".join(["node"] + words))
        elif group.get("class") == "edge":
            print("\t".join(["edge", next(group.iter(SVG + "path")).get("stroke")] + words))


if __name__ == "__main__":
    main()
