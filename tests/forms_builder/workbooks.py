"""Workbooks of forms that tests write themselves: their usual sheets, and what to read back."""

import openpyxl

LABEL = "label::Azərbaycan (az)"
CHOICES = [["list_name", "name", LABEL], ["yn", "yes", "Bəli"], ["yn", "no", "Xeyr"]]
SETTINGS = [["form_title", "form_id", "default_language"], ["Sınaq", "sinaq", "az"]]
READY = ("text", "a", "A")


def save(path, **sheets):
    """Write an .xlsx with these sheets ({name: rows}) to `path`, and return the path."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in {"choices": CHOICES, "settings": SETTINGS, **sheets}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def survey(*rows, columns=("type", "name", LABEL)):
    return [list(columns), *map(list, rows)]


def codes(report):
    return [problem.code for problem in report.problems]
