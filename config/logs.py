"""One log line per event, for people in a terminal and for machines in production."""

import logging
import os

import structlog


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
    return structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared)


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
