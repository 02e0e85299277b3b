"""Find what no tracked file may hold: paths of somebody's machine, hosts of package registries, conflict marks."""

import subprocess
import sys
from pathlib import Path

from config.translations import PROJECT

# Written so that no pattern matches its own text.
PATTERNS = {
    "a path of somebody's machine": (
        r"(^|[^[:alnum:]_./-])/(work|root|Users/[[:alnum:]_]+|home/[[:alnum:]_]+)/[[:alnum:]_.]"
    ),
    "a package registry's host": (
        r"(pypi|pythonhosted|npmjs|yarnpkg|golang|crates|rubygems|debian|ubuntu|jsdelivr|unpkg|cdnjs)"
        r"[.](org|com|io|net)/(simple|packages|npm|debian|ubuntu|pool|dists|-/)|(registry|mirror|index|proxy)[.]"
        r"(npmjs|yarnpkg|golang|pypi|crates)[.]|(extra-|default-)?index[-]url *[= ] *http"
    ),
    "a mark of an unfinished merge": r"^(<{7}|>{7}) ",
}


def find_forbidden(root: Path = PROJECT) -> list[str]:
    """Return one line per finding in tracked files (and in new ones not ignored): what, file, line and text.

    Raises CalledProcessError outside a git checkout, because then nothing could be proved.
    """
    findings = []
    for what, pattern in PATTERNS.items():
        done = subprocess.run(  # noqa: S603 - fixed arguments
            ["git", "grep", "--untracked", "-nIE", "-e", pattern, "--", "."],  # noqa: S607 - git from the PATH
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode > 1:
            done.check_returncode()
        findings += [f"{what}: {line[:200]}" for line in done.stdout.splitlines()]
    return findings


if __name__ == "__main__":
    found = find_forbidden()
    sys.stdout.write("".join(f"{line}\n" for line in found))
    sys.exit(1 if found else 0)
