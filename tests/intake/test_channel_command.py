"""`demandflow channel add` with a form: it says where customers fill it in, and refuses forms that are not for them."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from services.intake import cli, wiring


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An intake with the released policies."""
    found = {
        "INTAKE_DATABASE_URL": f"sqlite:///{tmp_path / 'intake.sqlite'}",
        "DEMANDFLOW_PEPPER": "p" * 16,
        "INTAKE_MASTER_KEY": base64.b64encode(b"k" * 32).decode(),
        "INTAKE_PUBLIC_URL": "https://demands.example/intake",
        "INTAKE_PRIVACY_CONTACT": "示例公司客服部 privacy@demands.example",
    }
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    wiring.upgrade(found)
    return found


def _add(*arguments: str) -> Result:
    return CliRunner().invoke(cli.channel, ["add", *arguments])


def test_a_channel_with_a_form_says_where_it_is(environ: dict[str, Any]) -> None:
    added = _add("fair", "--policy", "D", "--form", "unified", "--kind", "event", "--json")
    assert added.exit_code == 0, added.output
    told = json.loads(added.output)
    assert told["form_url"] == "https://demands.example/f/fair" and told["key"]
    assert "form: https://demands.example/f/web" in _add("web", "--policy", "A", "--form", "record").output
    assert "form_url" not in json.loads(_add("api", "--policy", "A", "--json").output)
    client = wiring.create_app(environ).test_client()
    page = client.get("/f/fair", headers={"Accept": "text/html"})
    assert page.status_code == 200 and "privacy@demands.example" in page.text
    assert client.get("/f/api", headers={"Accept": "text/html"}).status_code == 404


@pytest.mark.parametrize(("policy", "form"), [("B", "evaluation"), ("B", "tasks"), ("A", "ghost")])
def test_forms_that_are_none_for_customers_are_refused(environ: dict[str, Any], policy: str, form: str) -> None:
    refused = _add("web", "--policy", policy, "--form", form)
    assert refused.exit_code != 0 and "record" in refused.output
    assert "form_url" not in refused.output and _add("web", "--policy", policy).exit_code == 0
