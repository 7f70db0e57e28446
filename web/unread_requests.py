"""Requests that the server refuses before the application sees them: answered in plain Chinese, with a way back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import ErrorTask

_SENTENCES = {
    413: ("内容过大", "上传的文件或填写的内容超过上限，没有收下。请返回上一页，压缩或拆分后重新上传。"),
    431: ("地址或请求过长", "这个请求带的内容过长，没有收下。请从页面上的链接重新打开。"),
}
_OTHER = ("请求有误", "请求的格式不正确，没有收下。请返回上一页重试。")
_PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{heading} 规程</title>
</head>
<body>
<main>
<h1>{heading}</h1>
<p>{sentence}</p>
<p><a href="/">回到首页</a></p>
</main>
</body>
</html>
"""


def page_for(status: int) -> str:
    """Return the page that says why a request was not read."""
    heading, sentence = _SENTENCES.get(status, _OTHER)
    return _PAGE.format(heading=heading, sentence=sentence)


class _Refusal(ErrorTask):
    """Writes the page in the place of the server's own words."""

    def execute(self) -> None:
        error = self.request.error
        body = page_for(error.code).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", "text/html; charset=utf-8"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):
    error_task_class = _Refusal


def speak_plainly(listeners: Iterable[Any]) -> None:
    """Let servers answer what they cannot read with our pages.

    Args:
        listeners: what waitress has registered; whatever is no server is passed over.
    """
    for one in listeners:
        if isinstance(one, BaseWSGIServer):
            one.channel_class = _Channel
