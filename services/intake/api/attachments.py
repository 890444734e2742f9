"""Files of a demand: attach some, list them, open one on the record."""

from flask import Response, request
from sqlalchemy.orm import Session

from services.intake.domain import attachments as files
from services.intake.domain.attachments import Attachment
from services.intake.schemas.attachments import (
    AttachedSchema,
    AttachmentSchema,
    AttachmentsSchema,
    LabelSchema,
    built,
    shown,
)
from services.intake.store import attachments, demands
from services.intake.usecases.attach import Opened, attach, open_attachment
from services.intake.usecases.services import Services
from shared import context
from shared.clock import business_now, system_now
from shared.http.blueprint import Blueprint
from shared.http.body import UPLOADS_LIMIT, strict_json, takes
from shared.http.conditional import check_if_match, etag
from shared.http.downloads import download
from shared.http.idempotency import StoredAnswer, content_hash, once, respond
from shared.http.principal import current_principal
from shared.http.problems import Problem, pointer
from shared.http.uploads import uploads
from shared.logging import get_logger
from shared.refused import wrong

log = get_logger()
_FORM = "multipart/form-data"
_BODY = {
    "required": True,
    "content": {
        _FORM: {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
                    "label": {"type": "array", "items": {"type": "string"}},
                },
            }
        },
        "application/json": {"schema": AttachmentSchema},
    },
}


def blueprint(services: Services) -> Blueprint:
    """The attachments API over one set of services."""
    blp = Blueprint("attachments", __name__, url_prefix="/api/v1", description="Files that belong to a demand")

    @blp.route("/demands/<string:key>/attachments", methods=["POST"])
    @blp.doc(requestBody=_BODY)
    @blp.response(201, AttachedSchema)
    @takes(_FORM, limit=UPLOADS_LIMIT)
    def create_attachments(key: str) -> Response:
        """Attach files, or the place where one lies. The same bytes again are the attachment that is there."""
        return respond(_attached(services, key, _from_form() if request.mimetype == _FORM else _from_json()))

    @blp.route("/demands/<string:key>/attachments", methods=["GET"])
    @blp.response(200, AttachmentsSchema)
    def list_attachments(key: str) -> Response:
        """A demand's attachments in the order in which they came, at most 50; a channel sees its own demands'."""
        with services.database.read() as session:
            demand = demands.find(session, key)
            _check_own(None if demand is None else demand["channel_id"])
            assert demand is not None
            rows = attachments.of_demand(session, demand["id"])
        return respond(StoredAnswer(200, {"items": [shown(row) for row in rows]}))

    @blp.route("/demands/<string:key>/attachments/<string:attachment>/content", methods=["GET"])
    @blp.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
    def read_attachment(key: str, attachment: str) -> Response:
        """The file under its own name; of a reference, the place as text. Who opened it and when is kept."""
        found = _opened(services, key, attachment)
        return download(found.content, name=found.name, media_type=found.media_type)

    return blp


def _attached(services: Services, key: str, given: tuple[Attachment, ...]) -> StoredAnswer:
    caller = current_principal().scope

    def work(session: Session) -> StoredAnswer:
        demand = demands.locked(session, key)
        _check_own(None if demand is None else demand.channel_id)
        assert demand is not None
        check_if_match(demand.version, required=False)
        done = attach(session, demand, given, by=caller, vault=services.vault, now=business_now())
        body = {"number": demand.number, "items": [shown(row) for row in done.rows], "version": done.version}
        return StoredAnswer(201, body, {"ETag": etag(done.version)}, f"demand/{demand.id}")

    asked = content_hash([request.method, request.path, files.content_of(given)])
    answer = once(services.database, work, asked=asked)
    log.info("attachment_added", number=answer.body["number"], count=len(answer.body["items"]), actor=caller)
    return answer


def _from_json() -> tuple[Attachment, ...]:
    return (built(AttachmentSchema().load(strict_json())),)


def _from_form() -> tuple[Attachment, ...]:
    """The files of the form; one label stands for all of them, several each for its own."""
    unknown = next((name for name in (*request.form, *request.files) if name not in ("file", "label")), None)
    if unknown is not None:
        raise wrong(pointer(unknown), "unknown-field", "A form has the fields file and label")
    came, labels = uploads("file"), [LabelSchema().load({"label": text})["label"] for text in _labels()]
    if not came:
        raise wrong("/file", "required", "A file is needed")
    if len(labels) > 1 and len(labels) != len(came):
        raise wrong("/label", "count", "One label, or one for each file")
    labels = labels if len(labels) == len(came) else (labels or [None]) * len(came)
    files.check_count(len(came), "/file")
    return tuple(
        files.file(one.name, one.read, size=one.size, label=label, place=f"/file/{index}")
        for index, (one, label) in enumerate(zip(came, labels, strict=True))
    )


def _labels() -> list[str]:
    return request.form.getlist("label")


def _opened(services: Services, key: str, attachment: str) -> Opened:
    caller = current_principal().scope
    with services.database.write() as session:
        demand = demands.find(session, key)
        found = None if demand is None else open_attachment(
            session, demand["id"], attachment, reader=caller, request_id=context.current().request_id,
            vault=services.vault, now=system_now(),
        )  # fmt: skip
    if found is None or demand is None:
        raise Problem(404, "not-found", "There is nothing here")
    log.info("attachment_opened", number=demand["number"], attachment_id=found.row.id, actor=caller)
    return found


def _check_own(channel_id: str | None) -> None:
    """Problem 404 where there is no demand, or another channel's."""
    caller = current_principal()
    if channel_id is None or (caller.kind == "channel" and channel_id != caller.id):
        raise Problem(404, "not-found", "There is nothing here")
