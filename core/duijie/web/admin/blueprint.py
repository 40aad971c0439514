"""Where the pages of those who run duijie hang."""

from flask import Blueprint

admin = Blueprint("admin", __name__, url_prefix="/admin")
