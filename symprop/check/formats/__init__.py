"""Reports as text: for people, for scripts, and for the services that annotate source code."""

from symprop.check.formats.table import REPORT_FORMATS, Options, ReportFormat, format_of, write

__all__ = ["REPORT_FORMATS", "Options", "ReportFormat", "format_of", "write"]
