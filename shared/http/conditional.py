"""ETag and If-Match: nobody overwrites what he has not seen."""

from flask import Response, request

from shared.http.problems import Problem


def etag(version: int) -> str:
    """The entity tag of a thing at a version of its stream."""
    return f'"v{version}"'


def set_etag(response: Response, version: int) -> Response:
    """Put the entity tag on an answer."""
    response.headers["ETag"] = etag(version)
    return response


def check_if_match(version: int, *, required: bool) -> None:
    """Compare If-Match with the present version: Problem 428 when required and absent, 412 when stale."""
    header = request.headers.get("If-Match")
    if header is None:
        if required:
            raise Problem(428, "if-match-missing", "Changing this needs If-Match with the ETag last seen")
        return
    tags = [tag.strip() for tag in header.split(",")]
    if "*" not in tags and etag(version) not in tags:
        raise Problem(412, "if-match-stale", "It has changed since", headers={"ETag": etag(version)})
