"""What can go wrong with an expression."""


class ExpressionError(Exception):
    """An expression cannot be read or worked out.

    `message` is English, for programmers; `reason` is a stable word from which a sentence
    in the reader's language is made, with `found` in it. `position` counts characters
    from 0.
    """

    def __init__(
        self, message: str, position: int | None = None, *, reason: str = "", found: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.reason = reason
        self.found = found


class ExpressionSyntaxError(ExpressionError):
    """The text is not an expression."""


class ExpressionTooLarge(ExpressionError):
    """The expression is longer, deeper or wider than the limits allow."""


class TooMuchWork(ExpressionError):
    """Working the expression out would take more steps or memory than allowed."""
