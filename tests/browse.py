"""Somebody at a browser without JavaScript: signs in, looks, sends forms with the page's own token."""

import re
from dataclasses import dataclass
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from town import PASSWORD
from werkzeug.test import TestResponse


@dataclass
class Person:
    """A signed-in browser."""

    client: FlaskClient

    def see(self, path: str, status: int = 200) -> str:
        """The page at ``path``."""
        response = self.client.get(path)
        assert response.status_code == status, response.text
        return response.text

    def send(self, page: str, path: str, **form: object) -> TestResponse:
        """Send a form of ``page`` to ``path`` with the page's token."""
        return self.client.post(path, data={"csrf_token": token_of(self.see(page)), **form})


def enter(app: Flask, login: str) -> Person:
    """``login`` through the sign-in page, in Chinese."""
    client = app.test_client()
    token = token_of(client.get("/account/sign-in?lang=zh").text)
    sent = client.post("/account/sign-in", data={"login": login, "password": PASSWORD, "csrf_token": token})
    assert sent.status_code == 302
    return Person(client)


def token_of(page: str) -> str:
    """The hidden token of a page's forms."""
    found = re.search(r'name="csrf_token" value="([^"]*)"', page)
    assert found, "the page has no form"
    return unescape(found[1])
