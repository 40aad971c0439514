"""The blueprint of the pages about cases."""

from flask import Blueprint

cases = Blueprint("cases", __name__, url_prefix="/cases")
