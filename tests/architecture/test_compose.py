"""What docker-compose.yml promises: every process, each contained, nothing reachable from outside, secrets apart."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from shared.operations.containers import DEMO_DEPARTMENTS
from shared.policies.loader import departments
from tests.architecture.sources import ROOT, SERVICES

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
JOBS = {"prepare", "demandflow", "demo", *(f"{service}-migrate" for service in SERVICES)}
STAYING = sorted(CONTAINERS.keys() - JOBS)
OURS = {name for name, one in CONTAINERS.items() if one["image"] == "demandflow"}
DONE, HEALTHY = {"condition": "service_completed_successfully"}, {"condition": "service_healthy"}


def mounts(container: str) -> Iterator[tuple[str, str, bool]]:
    """(volume or file, where, whether it can be written) of a container."""
    for text in CONTAINERS[container].get("volumes", ()):
        source, place, *mode = text.split(":")
        yield source, place, mode != ["ro"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_process_runs_in_compose(service: str) -> None:
    for process in ("web", "worker", "migrate"):
        assert CONTAINERS[f"{service}-{process}"]["command"] == [service, process]
    assert set(STAYING) == {f"{one}-{kind}" for one in SERVICES for kind in ("web", "worker")} | {
        "rabbitmq",
        "postgres",
        "mail",
        "gateway",
    }


@pytest.mark.parametrize("container", sorted(CONTAINERS))
def test_every_container_is_contained(container: str) -> None:
    one = CONTAINERS[container]
    assert one["mem_limit"] and one["pids_limit"]
    assert one["read_only"] and one["cap_drop"] == ["ALL"] and one["security_opt"] == ["no-new-privileges:true"]
    assert not one.keys() & {"privileged", "cap_add", "devices", "network_mode", "pid", "ipc", "userns_mode"}
    assert one["logging"]["options"].keys() == {"max-size", "max-file"}
    assert "/var/run/docker.sock" not in {source for source, _, _ in mounts(container)}


@pytest.mark.parametrize("container", sorted(CONTAINERS))
def test_no_container_runs_as_root(container: str) -> None:
    if container in OURS:
        users = [line for line in _dockerfile() if line.startswith("USER ")]
        assert users[-1:] == ["USER demandflow"] and "user" not in CONTAINERS[container]
    else:
        assert CONTAINERS[container]["user"].split(":")[0] not in ("0", "root")


@pytest.mark.parametrize("container", STAYING)
def test_what_stays_is_watched_and_comes_back(container: str) -> None:
    one = CONTAINERS[container]
    assert one["restart"] == "unless-stopped"
    assert one["healthcheck"]["test"][0] == "CMD" and one["healthcheck"]["interval"] == "5s"


@pytest.mark.parametrize("container", sorted(JOBS))
def test_jobs_run_once(container: str) -> None:
    assert CONTAINERS[container]["restart"] == "no"
    assert "ports" not in CONTAINERS[container]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_when_its_database_is_migrated(service: str) -> None:
    assert CONTAINERS[f"{service}-migrate"]["depends_on"] == {"prepare": DONE, "postgres": HEALTHY}
    for process in ("web", "worker"):
        one = CONTAINERS[f"{service}-{process}"]
        assert one["depends_on"][f"{service}-migrate"] == DONE
        assert one["healthcheck"]["test"][-3:] == ["alive", service, process]
    assert CONTAINERS[f"{service}-worker"]["depends_on"]["rabbitmq"] == HEALTHY
    assert "rabbitmq" not in CONTAINERS[f"{service}-web"]["depends_on"], "demands are taken while the broker is away"


def test_ports_are_open_to_this_machine_alone() -> None:
    open_ports = {name: one["ports"] for name, one in CONTAINERS.items() if "ports" in one}
    assert open_ports.keys() == {"gateway", "mail"}
    assert all(port.startswith("127.0.0.1:") for ports in open_ports.values() for port in ports)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_handed_its_own_secrets_alone(service: str) -> None:
    home = {("home", "/home/demandflow/home", False), (f"{service}-secrets", "/home/demandflow/home/secrets", False)}
    archives = {("archives", "/archives", True)} if service == "reporting" else set()
    for process in ("web", "worker", "migrate"):
        assert set(mounts(f"{service}-{process}")) == home | archives


def test_only_operators_see_every_secret() -> None:
    seen = {name for name in CONTAINERS for source, _, _ in mounts(name) if source == "secrets"}
    assert seen == {"prepare", "demandflow", "demo"}
    seen = {name for name in CONTAINERS for source, _, _ in mounts(name) if source == "database-passwords"}
    assert seen == {"prepare", "postgres"}


def test_every_volume_is_declared_and_the_data_is_kept_in_one() -> None:
    used = {source for name in CONTAINERS for source, _, _ in mounts(name) if not source.startswith(".")}
    assert used == set(COMPOSE["volumes"])
    assert ("database", "/var/lib/postgresql/data", True) in mounts("postgres")
    assert ("broker", "/var/lib/rabbitmq", True) in mounts("rabbitmq")
    assert CONTAINERS["rabbitmq"]["hostname"] == "rabbitmq", "the broker's data lies under its host's name"


def test_one_container_builds_the_image() -> None:
    assert [name for name, one in CONTAINERS.items() if "build" in one] == ["prepare"]
    assert all(CONTAINERS[name]["pull_policy"] == "never" for name in OURS)


def test_a_mounted_file_is_there() -> None:
    files = {source for name in CONTAINERS for source, _, _ in mounts(name) if source.startswith(".")}
    assert files and all((ROOT / file).is_file() for file in files)


def test_the_demo_waits_for_all_and_knows_its_departments() -> None:
    waited = CONTAINERS["demo"]["depends_on"]
    assert set(waited) | set(CONTAINERS["gateway"]["depends_on"]) >= set(STAYING) - {"rabbitmq", "postgres"}
    assert all(condition == HEALTHY for condition in waited.values())
    assert set(DEMO_DEPARTMENTS) <= set(departments())


def _dockerfile() -> list[str]:
    return (ROOT / "deploy" / "images" / "Dockerfile").read_text("utf-8").splitlines()
