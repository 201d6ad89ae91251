"""Questions as HTML and back: pages, posted answers, answers in words."""

from forms_builder.rendering.filling import Filling
from forms_builder.rendering.pages import FormPages, pages_of
from forms_builder.rendering.posting import Posted, merge, parse_post
from forms_builder.rendering.preview import render_preview
from forms_builder.rendering.words import Line, SectionWords, in_words, say

__all__ = [
    "Filling",
    "FormPages",
    "Line",
    "Posted",
    "SectionWords",
    "in_words",
    "merge",
    "pages_of",
    "parse_post",
    "render_preview",
    "say",
]
