"""Logs as one JSON object a line on stderr: constant events, ids, never names or answers.

stdout belongs to what commands answer, which programs read.
"""

import re
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

# PostgreSQL repeats the refused row, or the statement with its values, in lines of their own:
# "DETAIL:  Key (fin)=(...) already exists."; a value may have several lines. Its own sentence
# ends with the value where the value is no number or date: `... for type date: "..."`.
_END = r"(?=\n\n(?:The above exception|During handling)|\Z)"
_DETAIL = re.compile(rf"^(DETAIL|CONTEXT|HINT|LINE \d+):.*?{_END}", re.MULTILINE | re.DOTALL)
_VALUE = re.compile(
    rf'^((?:psycopg2|django\.db)[\w.]*: [^\n]*?): ".*?{_END}', re.MULTILINE | re.DOTALL
)


def without_row_values(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Drop the values of rows from a database error's text."""
    if text := event.get("exception"):
        event["exception"] = _VALUE.sub(r"\1", _DETAIL.sub("", text))
    return event


def json_logging(level: str) -> dict[str, Any]:
    """The LOGGING setting of a server."""
    return _logging(level, structlog.processors.JSONRenderer(ensure_ascii=False))


def plain_logging(level: str) -> dict[str, Any]:
    """The LOGGING setting of a person's terminal."""
    return _logging(level, structlog.dev.ConsoleRenderer(colors=False))


def _logging(level: str, renderer: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [
                    structlog.contextvars.merge_contextvars,
                    structlog.stdlib.add_log_level,
                    structlog.stdlib.add_logger_name,
                    structlog.stdlib.ExtraAdder(),
                    _without_request,
                    structlog.processors.TimeStamper(fmt="iso", utc=True),
                    structlog.processors.format_exc_info,
                    without_row_values,
                ],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    renderer,
                ],
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                # The worker raises its own loggers to INFO; the level is decided here.
                "level": level,
                "formatter": "structured",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        # Django's own handlers would say everything twice.
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # Two lines for every task say nothing that the tasks' table does not.
            "django_tasks": {"handlers": [], "level": "WARNING", "propagate": True},
            "django_tasks_db": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }


def _without_request(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Drop the request object that Django attaches; its path may carry a search for a name."""
    event.pop("request", None)
    event.pop("server_time", None)
    return event
