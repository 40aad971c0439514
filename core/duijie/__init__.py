"""duijie (对接): one record from the intake form to the kept promise."""

__version__ = "0.1.0"
