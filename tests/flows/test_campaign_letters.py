"""From the campaign that a lead opens to the mail in the customer's box, with intake and reporting over real HTTP."""

import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as mail_policy
from typing import Any

from aiosmtpd.controller import Controller
from docx import Document
from sqlalchemy import select
from werkzeug.serving import make_server

from services.intake.tables import Customer
from services.notifier.domain.addresses import read_allowed
from services.notifier.gateways.campaigns import Forms, Invitations
from services.notifier.gateways.contacts import Colleagues, Contacts
from services.notifier.gateways.mail import Mailer
from services.notifier.gateways.webhooks import Webhooks
from services.notifier.jobs.attempts import Office
from services.notifier.jobs.send_letters import send_letters
from services.notifier.usecases.tell import Planner
from shared.auth import sign_token
from shared.clock import format_time, system_now
from shared.operations.broker import free_ports
from shared.versions.books import PolicyBook
from tests.flows.conftest import Whole
from tests.service_apps import create_app


class _Box:
    """Keeps what is mailed."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append(BytesParser(EmailMessage, policy=mail_policy).parsebytes(envelope.content))
        return "250 ok"


@contextmanager
def _served(app: Any) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def _open_campaign(whole: Whole, number: str) -> None:
    claims = {"sub": "u-1", "kind": "staff", "roles": ["lead"]}
    token = sign_token(
        os.environ["TRIAGE_SIGNING_KEY"], issuer="triage", audience="intake", claims=claims,
        lifetime=timedelta(minutes=5),
    )  # fmt: skip
    campaign = {
        "code": "upgrade", "title": "老客户升级意向回访", "policy": "D", "form": "unified",
        "instructions": "带 * 的必填", "closes_at": format_time(system_now() + timedelta(days=10)),
        "audience": {"numbers": [number]},
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {token}"}
    made = whole.app.test_client().post("/intake/api/v1/campaigns", json=campaign, headers=headers)
    assert made.status_code == 201, made.json


def _customer_number(whole: Whole) -> str:
    assert whole.post() == 201
    with whole.databases["intake"].read() as session:
        return str(session.execute(select(Customer.number)).scalar_one())


def test_a_customer_who_is_asked_finds_link_instructions_and_form_in_the_mail(whole: Whole) -> None:
    customer = _customer_number(whole)
    _open_campaign(whole, customer)
    whole.deliver()
    key, box, port = os.environ["NOTIFIER_SIGNING_KEY"], _Box(), free_ports(1)[0]
    mailbox = Controller(box, hostname="127.0.0.1", port=port)
    mailbox.start()
    with _served(whole.app) as intake, _served(create_app("reporting", dict(os.environ))) as reporting:
        office = Office(
            database=whole.databases["notifier"],
            planner=Planner(PolicyBook(whole.databases["notifier"]), "example.org"),
            customers=Contacts(f"{intake}/intake", key),
            staff=Colleagues(f"{intake}/triage", key),
            mail=Mailer(f"smtp://127.0.0.1:{port}", "notices@example.org"),
            webhooks=Webhooks(read_allowed("")),
            invitations=Invitations(f"{intake}/intake", key),
            forms=Forms(f"{reporting}/reporting", key),
        )
        while send_letters(office):
            pass
    mailbox.stop()
    (mail,) = box.mails
    body, (paper,) = mail.get_body(), mail.iter_attachments()
    assert (mail["To"], mail["Subject"]) == ("wang@example.com", "老客户升级意向回访") and body is not None
    text = body.get_content()
    assert "尊敬的王女士" in text and "/f/upgrade?to=" in text and "带 * 的必填" in text
    assert paper.get_filename() == "D-unified.docx"
    assert Document(io.BytesIO(paper.get_content())).paragraphs[0].text == "客户信息收集表"
