"""The blueprint of the pages about kept answers."""

from flask import Blueprint

knowledge = Blueprint("knowledge", __name__, url_prefix="/knowledge")
