"""One log line per event, for people in a terminal and for machines in production."""

import logging
import os
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

# Links in messages open people's own pages: a part of an address that long, or signed, is such a key.
_KEY = re.compile(r"(?<=/)(?=[^/\s]*[0-9:])[\w:.=~-]{16,}(?=[/\s'\"?]|\Z)")
_QUERY = re.compile(r"(\b(?:GET|POST|HEAD|PUT|PATCH|DELETE|OPTIONS) [^\s?]*)\?[^\s'\"]*")
_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")


def hide_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Take keys of links, what was asked behind ``?``, and e-mail addresses out of a line of the log."""
    return {name: _hidden(value) if isinstance(value, str) else value for name, value in event.items()}


def _hidden(text: str) -> str:
    return _ADDRESS.sub("…@…", _KEY.sub("…", _QUERY.sub(r"\1?…", text)))


def plain_formatter() -> logging.Formatter:
    """Return the formatter of the console: JSON when LOG_FORMAT=json, readable text otherwise."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if os.environ.get("LOG_FORMAT") == "json"
        # Plain tracebacks: prettier ones print local variables, and with them people's names and addresses.
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    cleaned: list[structlog.typing.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        hide_secrets,
        renderer,
    ]
    return structlog.stdlib.ProcessorFormatter(processors=cleaned, foreign_pre_chain=shared)


def configure_structlog() -> None:
    """Send structlog's events through the standard library, so there is one stream of logs."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
