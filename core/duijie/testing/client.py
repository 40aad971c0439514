"""A browser's stand-in: Flask's test client, signed in, that keeps its session while the clock is moved."""

import secrets
from typing import TYPE_CHECKING, Any, Final

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from duijie.domain.roles import Actor
from duijie.services import accounts
from duijie.testing.town import PASSWORD
from duijie.web.access import COOKIE

if TYPE_CHECKING:
    from duijie.testing.kit import Kit

_TOKEN: Final = "csrf_token"  # noqa: S105  # the name under which Flask-WTF keeps it
_SALT: Final = "wtf-csrf-token"


class Client(FlaskClient):
    """Signed in as ``login`` (empty: nobody). What it posts carries the token that a page would have had in it."""

    kit: "Kit"
    login: str = ""
    _turns: int = -1

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        """Make a request; sign in anew when the clock was moved, for a session ends after half an hour."""
        if self.login and self._turns != self.kit.clock.turns:
            self._turns = self.kit.clock.turns
            self._sign_in()
        if str(options.get("method", "GET")).upper() not in ("GET", "HEAD"):
            options["headers"] = {"X-CSRFToken": self._token(), **dict(options.get("headers") or {})}
        return super().open(*arguments, **options)

    def _sign_in(self) -> None:
        with self.kit.office.write(Actor()) as work:
            token = accounts.sign_in(work, self.login, PASSWORD)
        if token is None:
            raise AssertionError(f"{self.login} cannot sign in")
        self.set_cookie(COOKIE, token)

    def _token(self) -> str:
        with self.session_transaction() as session:
            kept = session.setdefault(_TOKEN, secrets.token_hex(20))
        return str(URLSafeTimedSerializer(self.application.secret_key or "", salt=_SALT).dumps(kept))
