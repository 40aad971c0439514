"""The blueprint of the meetings' pages; the modules of this folder hang their views on it."""

from flask import Blueprint

meetings = Blueprint("meetings", __name__, url_prefix="/meetings")
