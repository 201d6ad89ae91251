"""Content of these tests."""

from tests.support.content import make_guide, make_list, make_published_form, make_service

__all__ = ["make_guide", "make_list", "make_published_form", "make_service"]
