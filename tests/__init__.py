PASSWORD = "correct-Horse-77-battery"
"""Everybody's who signs in by a form."""
