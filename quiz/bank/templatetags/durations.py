"""Durations in the templates of every room."""

from django import template

from quiz.bank.durations import as_clock

register = template.Library()
register.filter("clock", as_clock)
