"""Calling webhooks by the Standard Webhooks convention (https://www.standardwebhooks.com): signed, and only
where it is safe to call."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import socket
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from api.store.deliveries import DueDelivery, Outcome
from api.store.webhooks import SECRET_PREFIX
from forecasting.errors import Fault, InvalidInput

__all__ = ["check_target", "send", "signature"]

TIMEOUT = httpx.Timeout(15.0)
PORTS = {"https": 443, "http": 80}
MAX_ERROR = 200


def check_target(url: str, *, private_allowed: bool) -> str:
    """Return the numeric address to connect to.

    Parameters
    ----------
    private_allowed
        Whether this machine and its networks may be called, and without TLS.

    Raises
    ------
    InvalidInput
        If the address is none of the web, cannot be found, or may not be called.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise _refused("is no address", url) from None
    schemes = ("https", "http") if private_allowed else ("https",)
    if parts.scheme not in schemes or not host or parts.username is not None or parts.fragment:
        raise _refused(f"must be an address with {' or '.join(schemes)}, and no user or fragment", url)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _refused("must name a host that can be found", url) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not private_allowed and not all(ipaddress.ip_address(each).is_global for each in addresses):
        raise _refused("must not lead into a private network (SUNROTA_WEBHOOK_PRIVATE_TARGETS)", url)
    return addresses[0]


def _refused(rule: str, url: str) -> InvalidInput:
    return InvalidInput(Fault(f"url {rule}", column="url", value=url[:MAX_ERROR], code="webhook_target"))


def signature(secret: str, message_id: str, timestamp: int, body: str) -> str:
    """Return what the header ``webhook-signature`` holds.

    Examples
    --------
    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
    ...           '{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.new(key, f"{message_id}.{timestamp}.{body}".encode(), hashlib.sha256).digest()
    return f"v1,{b64encode(digest).decode()}"


def send(due: DueDelivery, *, now: Callable[[], datetime], private_allowed: bool) -> Outcome:
    """Send a message once.

    The host is looked up here and that address called, so that it cannot be another one by the time that the
    connection is made.
    """
    timestamp = int(now().timestamp())
    begun = time.monotonic()
    try:
        address = check_target(due.url, private_allowed=private_allowed)
        status = _post(due, address, timestamp)
    except InvalidInput as error:
        return Outcome(None, str(error)[:MAX_ERROR], time.monotonic() - begun)
    except httpx.HTTPError as error:
        return Outcome(None, f"{type(error).__name__}: {error}"[:MAX_ERROR], time.monotonic() - begun)
    return Outcome(status, None, time.monotonic() - begun)


def _post(due: DueDelivery, address: str, timestamp: int) -> int:
    url = httpx.URL(due.url)
    headers = {
        "Host": url.netloc.decode(),
        "Content-Type": "application/json",
        "User-Agent": "Sunrota",
        "webhook-id": due.message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(due.secret, due.message_id, timestamp, due.body),
    }
    # No proxy of the environment, and no redirect: either could lead elsewhere than was checked.
    with (
        httpx.Client(timeout=TIMEOUT, trust_env=False) as http,
        http.stream(
            "POST",
            url.copy_with(host=address),
            headers=headers,
            content=due.body.encode(),
            extensions={"sni_hostname": url.host},
        ) as answer,
    ):
        return answer.status_code
