# SPDX-License-Identifier: ISC
"""The recipes of docs/ci.md, and what they run.

usage: recipe.py DOCUMENT NAME N [FOLDER]

Prints the Nth (from 1) YAML of DOCUMENT whose first line is `# NAME'.  With FOLDER it is read as a
workflow of GitHub or GitLab instead, and each step's shell lines become a file there: 1.sh, 2.sh, ...
"""
import os
import re
import sys

import yaml


def recipes(document, name):
    with open(document) as file:
        blocks = re.findall(r"^```yaml\n(.*?)^```$", file.read(), re.S | re.M)
    return [block for block in blocks if block.startswith("# %s\n" % name)]


def steps(workflow):
    """The shell lines of a workflow, a step each."""
    if "jobs" in workflow:
        assert True in workflow, "YAML 1.1 reads `on' as true"
        job, = workflow["jobs"].values()
        assert job["runs-on"] and job["container"] and all(("uses" in s) != ("run" in s) for s in job["steps"])
        return [step["run"] for step in job["steps"] if "run" in step]
    job, = workflow.values()
    assert job["artifacts"]["when"] == "always" and job["artifacts"]["reports"]["junit"]
    assert job["artifacts"]["reports"]["codequality"] in job["script"][0]
    return ["\n".join(job["before_script"]), "\n".join(job["script"])]


def main(document, name, number, folder=None):
    recipe = recipes(document, name)[int(number) - 1]
    workflow = yaml.safe_load(recipe)
    if folder is None:
        sys.stdout.write(recipe)
        return
    for at, lines in enumerate(steps(workflow), 1):
        with open(os.path.join(folder, "%d.sh" % at), "w") as file:
            file.write(lines + "\n")


main(*sys.argv[1:])
