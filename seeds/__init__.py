"""Who the province is: units, agencies, procedures, calendars and the figures of a year."""

__version__ = "0.1.0"
