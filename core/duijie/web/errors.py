"""Errors as pages that say what happened and what to do now."""

import logging

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from duijie.domain.errors import (
    Busy,
    Conflict,
    DuijieError,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    TooMany,
    Unavailable,
)
from duijie.domain.text import T

log = logging.getLogger("duijie")

_STATUS: dict[type[DuijieError], int] = {
    Invalid: 422,
    Refused: 409,
    Conflict: 409,
    NotFound: 404,
    Forbidden: 403,
    TooMany: 429,
    Busy: 503,
    Unavailable: 503,
}
_TITLES = {
    400: T("请求不完整", en="The request was incomplete"),
    403: T("不能进行此操作", en="Not open to you"),
    404: T("没有找到", en="Not found"),
    405: T("请求方式不对", en="That cannot be done here"),
    409: T("现在不能这样做", en="That is not possible now"),
    413: T("提交的内容太大", en="That is too large"),
    422: T("有内容需要修改", en="Something needs correcting"),
    429: T("请稍后再试", en="Please try again later"),
    500: T("出了点问题", en="Something went wrong"),
    503: T("系统正忙", en="The system is busy"),
}
_ADVICE = {
    400: T("请返回上一页，刷新后再试。", en="Go back, reload the page and try again."),
    403: T("请用有相应权限的账号登录，或联系片区管理员。",
           en="Sign in with an account that may do this, or ask the area administrator."),
    404: T("网址可能已变更，或您无权查看。请从首页重新进入。",
           en="The address may have changed, or the page is not open to you. Start again from the home page."),
    405: T("请返回上一页再试。", en="Go back and try again."),
    413: T("文字请控制在几千字以内，每个文件不超过 10 MB。请返回上一页，删减文字、压缩照片或分次提交。",
           en="Texts may have a few thousand characters, files up to 10 MB each. Go back, and shorten the text, make the photos "
              "smaller or send them in turns."),
    500: T("您的操作没有保存。问题已记录，请稍后再试；仍不行请联系系统管理员。",
           en="Nothing was saved. The problem has been recorded; please try again later or tell the system administrator."),
    503: T("数据库暂时无法使用，请稍后再试。如果刚才提交过内容，请先查看是否已保存。",
           en="The database cannot be reached just now; please try again later. If you were sending something, "
           "look first whether it was saved."),
}


def status_of(error: DuijieError) -> int:
    """The HTTP status that goes with ``error``."""
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)


def install(app: Flask) -> None:
    """Answer every error with a page of our own."""
    app.register_error_handler(DuijieError, _ours)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(DataError, _beyond)
    app.register_error_handler(OverflowError, _beyond)
    app.register_error_handler(OperationalError, _no_database)
    app.register_error_handler(PoolTimeout, _no_database)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _ours(error: DuijieError) -> ResponseReturnValue:
    status = status_of(error)
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany | Busy) else {}
    return _page(status, error.message), status, headers


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    message = T("页面已过期，操作没有执行。请返回上一页，刷新后再提交；已填写的草稿会保留。",
                en="This page has expired and nothing was done. Go back, reload it and send it again; your draft is kept.")
    return _page(403, message), 403


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if error.response is not None:  # a redirect or a ready answer is not an error to explain
        return error.response
    return _page(status, _ADVICE.get(status, _ADVICE[400])), status


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.exception("unexpected error", exc_info=error)
    return _page(500, _ADVICE[500]), 500


def _beyond(error: Exception) -> ResponseReturnValue:
    """A number or a character that no column of the database holds: it never came from a page of ours."""
    log.warning("beyond what the database holds: %r", error)
    return _page(400, _ADVICE[400]), 400


def _no_database(error: Exception) -> ResponseReturnValue:
    log.exception("the database does not answer", exc_info=error)
    return _page(503, _ADVICE[503]), 503, {"Retry-After": "30"}


def _page(status: int, message: T) -> str:
    title = _TITLES.get(status, _TITLES[400])
    try:
        return render_template("error.html", title=title, message=message, status=status)
    except Exception:  # whatever broke the page breaks its frame too, most likely the database
        log.exception("the error page could not be drawn")
        return _bare(title, message)


def _bare(title: T, message: T) -> str:
    """The page without its frame, which asks the database."""
    words = escape(f"{title.zh}：{message.zh}"), escape(f"{title.en}: {message.en}")
    return f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{words[0]}</title>' \
        f'<p>{words[0]}</p><p lang="en">{words[1]}</p></html>'
