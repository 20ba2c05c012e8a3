"""The SCIM server itself: the library's protocol over the store's people."""

from __future__ import annotations

import json

from flask import Response, request
from scim2_models import SCIMException
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.service import ScimService

from api.scim.provider import scim_provider
from api.scim.storage import PeopleStorage
from api.v1.service import service

__all__ = ["answer_request"]

SERVICE = ScimService(scim_provider())


def answer_request(prefix: str) -> Response:
    """Return what SCIM says to the current request, whose address begins with the prefix."""
    asked = ScimRequest(
        method=request.method,
        base_url=request.host_url.rstrip("/") + prefix,
        path=request.path.removeprefix(prefix),
        query=request.args.to_dict(),
        headers=list(request.headers.items()),
        body=request.get_data(),
    )
    try:
        said = ScimHandler(SERVICE, PeopleStorage(service().store)).handle(asked)
    except SCIMException as error:
        said = SERVICE.error_response(error)
    body = None if said.body is None else json.dumps(said.body)
    return Response(body, status=said.status, headers=said.headers)
