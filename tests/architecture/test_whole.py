"""What must agree across services, broker, containers and documents."""

import re
from pathlib import Path

import pytest

from shared import migrate
from shared.contracts.catalogue import CATALOGUE, CONTROL, WORK
from shared.contracts.events import PUBLISHED, check
from shared.db import Database
from shared.messaging.topology import COMMAND_QUEUE, INBOX_SOURCES, inbox, parking, service_queues
from shared.policies.loader import installed
from tests.architecture.sources import ROOT, SERVICES, calls, modules


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_make_the_tables_of_the_code(service: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/{service}.sqlite"
    migrate.upgrade(service, url)
    database = Database(url)
    assert migrate.differences(service, database) == []
    database.dispose()


@pytest.mark.servers
@pytest.mark.parametrize("service", SERVICES)
def test_migrations_make_the_same_tables_on_postgresql(service: str, postgres: object) -> None:
    url = postgres.create(f"migrations_{service}")  # type: ignore[attr-defined]
    migrate.upgrade(service, url)
    migrate.upgrade(service, url)
    database = Database(url)
    assert migrate.differences(service, database) == []
    database.dispose()


def test_every_queue_has_a_consumer() -> None:
    consumed = {queue(service) for service in SERVICES for queue in (inbox, parking)} | {COMMAND_QUEUE}
    assert {queue.name for service in SERVICES for queue in service_queues(service)} == consumed
    assert set(INBOX_SOURCES) == set(SERVICES)


def test_every_published_event_is_known_and_has_a_shape() -> None:
    known = {kind for kinds in CATALOGUE.values() for kind in kinds} | WORK | CONTROL
    assert set(PUBLISHED) <= known
    named = {
        keyword.value.value  # type: ignore[attr-defined]
        for _, tree in modules("services", "shared/messaging")
        for function, call in calls(tree)
        if function.endswith("publish")
        for keyword in call.keywords
        if keyword.arg == "type" and hasattr(keyword.value, "value")
    }
    assert named <= set(PUBLISHED)


def test_examples_have_the_shape_they_show() -> None:
    import json

    for path in sorted((ROOT / "shared" / "contracts" / "examples").glob("*.json")):
        event = json.loads(path.read_text("utf-8"))
        kind = event["type"].removeprefix("demandflow.").rpartition(".v")[0]
        assert check(kind, event["data"]) == {}, path.name


def test_policies_bear_the_names_of_their_files() -> None:
    packs = ROOT / "shared" / "policies" / "packs"
    files = {(path.parent.name, path.stem) for path in packs.glob("*/*.yaml")}
    assert {(policy.code, policy.version) for policy in installed().all()} == files


@pytest.mark.parametrize(("name", "least"), [("requirements.lock", 41), ("requirements-train.lock", 5)])
def test_the_locks_name_no_download_address(name: str, least: int) -> None:
    lock = (ROOT / name).read_text("utf-8")
    assert not re.search(r"https?://|index-url|find-links", lock)
    wanted = re.findall(r"^([a-z0-9.-]+)==", lock, re.MULTILINE)
    assert len(wanted) >= least
    assert lock.count("--hash=") >= len(wanted)


def test_the_images_hold_nothing_that_only_training_needs() -> None:
    assert "scikit-learn" not in (ROOT / "requirements.lock").read_text("utf-8")
    assert "train" not in (ROOT / "deploy" / "images" / "Dockerfile").read_text("utf-8")


def test_what_the_cell_map_calls_done_exists() -> None:
    rows = [line.split(" | ") for line in (ROOT / "docs" / "policy-coverage.md").read_text("utf-8").splitlines()]
    done = [row for row in rows if len(row) >= 5 and row[-1].strip(" |") == "done"]
    assert len(done) >= 26
    for row in done:
        for path in re.findall(r"`([\w./-]+)`", " ".join(row[-3:-1])):
            assert (ROOT / path).exists(), f"{row[0]} {path}"
        assert row[-2].strip() != "-", f"{row[0]} has no test"


def test_what_the_readme_names_exists() -> None:
    for document in (
        "README.md",
        "README.zh-CN.md",
        "docs/operators.md",
        "docs/integrators.md",
        "docs/policy-authors.md",
    ):
        text = (ROOT / document).read_text("utf-8")
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert ((ROOT / document).parent / target).exists(), f"{document}: {target}"
        makefile = (ROOT / "Makefile").read_text("utf-8")
        for verb in re.findall(r"`(?:[A-Z_]+=\S+ )*make ([a-z-]+)", text):
            assert f"\n{verb}:" in makefile, f"{document}: make {verb}"
