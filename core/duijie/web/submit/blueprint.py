"""The blueprint of the pages where a case is filed."""

from flask import Blueprint

submit = Blueprint("submit", __name__, url_prefix="/file")
