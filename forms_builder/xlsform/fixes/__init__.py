"""What can be done by one click about each kind of problem in a workbook."""
