"""What this app puts into the places that lower apps offer."""


def install() -> None:
    """Fill the tables of plug-ins; called once, when the app is ready."""
