#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""`legible.py PICTURE.svg COUNT': of a picture that Graphviz made fails unless it has COUNT gateways, each with its words
inside its own box, in letters of 10 points or more at the size that the file asks for, and none on another one."""
import re
import sys
import xml.etree.ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"


def box(path):
    numbers = [float(number) for number in re.findall(r"-?[0-9.]+", path)]
    return min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])


def read(root):
    """The boxes of all gateways; each has its words inside."""
    boxes = []
    for node in root.iter(SVG + "g"):
        if node.get("class") != "node":
            continue
        left, top, right, bottom = box(node.find(f".//{SVG}path").get("d"))
        boxes.append((left, top, right, bottom))
        for text in node.iter(SVG + "text"):
            assert left <= float(text.get("x")) <= right and top <= float(text.get("y")) <= bottom, text.text
            assert float(text.get("font-size")) >= 10, text.text
            # what is narrow by far was not made for these words
            assert len(text.text) * 4 <= right - left, text.text
    return boxes


def main(path, count):
    root = ET.parse(path).getroot()
    width, height = (float(root.get(side).removesuffix("pt")) for side in ("width", "height"))
    view = [float(number) for number in root.get("viewBox").split()]
    assert width >= view[2] - 1 and height >= view[3] - 1, "it is shown smaller than drawn"
    boxes = sorted(read(root))
    assert len(boxes) == int(count), f"{len(boxes)} gateways"
    for i, (_, top, right, bottom) in enumerate(boxes):
        for other in boxes[i + 1:]:
            if other[0] >= right:
                break
            assert other[1] >= bottom or other[3] <= top, f"one gateway on another at {other}"


main(*sys.argv[1:])
