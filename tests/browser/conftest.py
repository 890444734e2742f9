"""A Chromium before a real intake: as a phone and as a desk, with and without JavaScript."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, sync_playwright
from werkzeug.serving import make_server

from services.intake.gateways.policies import InstalledRules
from shared.calendars import loader as calendars
from shared.policies import loader
from tests.architecture.sources import ROOT
from tests.documents import hanging_questions
from tests.intake.conftest import Intake, make_intake  # noqa: F401 - a fixture

AXE = ROOT / "shared" / "web" / "static" / "vendor" / "axe.min.js"
VIEWS = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 900}}
SHOTS = os.environ.get("DEMANDFLOW_SHOTS", "")
"""A directory for pictures of the pages, for whoever wants to look at them."""


@dataclass
class Visitor:
    """One page of a browser, watched: what it complained of and where it went for things."""

    page: Page
    url: str
    scripts: bool
    name: str
    complaints: list[str] = field(default_factory=list)
    abroad: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._watch)

    def open(self, path: str) -> None:
        """Go to a path of the site."""
        self.page.goto(self.url + path)

    def led_on(self) -> AbstractContextManager[object]:
        """What is done within leads to another page, which has loaded at its end.

        A click itself waits for no page: what is looked at after it may be the old one, or none yet.
        """
        return self.page.expect_navigation()

    def follow(self, link: Locator) -> None:
        """Click on what leads to another page."""
        with self.led_on():
            link.click()

    def look(self, name: str) -> None:
        """What holds for each page: it fits its window and serious barriers are absent."""
        if SHOTS:
            self.page.screenshot(path=str(Path(SHOTS) / f"{name}-{self.name}.png"), full_page=True)
        if not self.scripts:
            return
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} is too wide"
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("axe.run(document)")["violations"]
        grave = [one for one in found if one["impact"] in ("serious", "critical")]
        assert grave == [], [(one["id"], [node["html"] for node in one["nodes"]]) for one in grave]

    def done(self) -> None:
        """Nothing was complained of, nothing came from elsewhere."""
        assert self.complaints == [] and self.abroad == []

    def _hear(self, message: Any) -> None:
        # A form that comes back with 422 is a page like any other; the browser calls it a failed resource.
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:")):
            self.abroad.append(request.url)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; skips where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium here: install the Debian packages chromium and fonts-noto-cjk (make servers)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Site:
    """An intake on a port, with a form of each policy."""

    intake: Intake
    url: str


@pytest.fixture
def site(make_intake: Callable[..., Intake], tmp_path: Path) -> Iterator[Site]:  # noqa: F811
    """An intake under the released policies, and one whose form asks what hangs on other answers, served."""
    policies = [*loader.installed().all(), loader.load(hanging_questions())]
    rules = InstalledRules(loader.Policies(policies), calendars.installed())
    intake = make_intake(f"sqlite:///{tmp_path / 'intake.sqlite'}", rules)
    for code, policy, form in (("a", "A", "record"), ("b", "B", "record"), ("c", "C", "sheet"), ("d", "D", "unified")):
        intake.add_channel(code, policy=policy, form=form)
    intake.add_channel("dealers", kind="event", policy="H", form="dealers")
    server = make_server("127.0.0.1", 0, intake.app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield Site(intake, f"http://127.0.0.1:{server.port}")
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture(
    params=[(view, scripts) for view in VIEWS for scripts in (True, False)], ids=lambda one: f"{one[0]}-{one[1]}"
)
def visitor(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Visitor]:
    """Somebody with a phone or at a desk, with and without JavaScript, who reads Chinese."""
    view, scripts = request.param
    context = chromium.new_context(viewport=VIEWS[view], java_script_enabled=scripts, locale="zh-CN")
    visitor = Visitor(context.new_page(), site.url, scripts, f"{view}-{'scripts' if scripts else 'plain'}")
    yield visitor
    visitor.done()
    context.close()
