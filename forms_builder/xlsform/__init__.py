"""XLSForm workbooks in and out."""

from forms_builder.xlsform.reader import read_workbook
from forms_builder.xlsform.report import ImportReport
from forms_builder.xlsform.writer import write_workbook

__all__ = ["ImportReport", "read_workbook", "write_workbook"]
