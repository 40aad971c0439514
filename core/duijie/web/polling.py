"""Answers to pages that refresh themselves: 304 as long as nothing changed, without drawing the page."""

from flask import Response, make_response, request


def unchanged(tag: str) -> Response | None:
    """An empty 304 when the browser holds the page of ``tag`` already, else None."""
    if tag not in request.if_none_match:
        return None
    response = Response(status=304)
    response.set_etag(tag)
    return response


def with_tag(tag: str, page: str) -> Response:
    """``page`` with its tag."""
    response = make_response(page)
    response.set_etag(tag)
    return response
