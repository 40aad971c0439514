"""The blueprint of the pages that anybody may open."""

from flask import Blueprint

public = Blueprint("public", __name__)
