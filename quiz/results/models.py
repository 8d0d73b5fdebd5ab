from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quiz.bank.texts import Text, in_language
from quiz.interviews.models import Response

MAX_NOTE = 1000
"""Characters of a note to the editors."""


class By(models.TextChoices):
    AUTOMATIC = "automatic", _("Automatic")
    OWN = "own", _("Your own")
    REVIEWER = "reviewer", _("Reviewer")


class Assessment(models.Model):
    """One marking of a response.

    `marks` lists for each key point of the response's version `{"position", "outcome", "evidence", "expression",
    "confidence"}`; evidence is a list of `[start, end]` in code points of the answer, end exclusive. Of a follow-up
    there is one mark, for the key point that it asks about.
    """

    response = models.ForeignKey(Response, models.CASCADE, related_name="assessments", verbose_name=_("response"))
    by = models.CharField(_("by"), max_length=9, choices=By)
    engine = models.CharField(_("engine version"), max_length=20, blank=True)
    marks = models.JSONField(_("marks"))
    score = models.PositiveSmallIntegerField(_("score"))
    low_confidence = models.BooleanField(_("low confidence"), default=False)
    comment = models.TextField(_("comment"), blank=True)
    created_at = models.DateTimeField(_("made"))

    class Meta:
        ordering = ["response", "pk"]
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.UniqueConstraint(
                fields=["response", "engine"], condition=Q(by=By.AUTOMATIC), name="one_automatic_per_engine"
            ),
            models.UniqueConstraint(fields=["response"], condition=Q(by=By.OWN), name="one_own_assessment"),
            models.CheckConstraint(condition=Q(score__lte=100), name="assessment_score_to_100"),
        ]

    def __str__(self) -> str:
        return f"{self.get_by_display()}: {self.score}"


class MarkingReport(models.Model):
    """A candidate's word to the editors that the automatic mark of one key point is wrong."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="reports", verbose_name=_("response"))
    key_point = models.PositiveSmallIntegerField(
        _("key point"), help_text=_("Its position in the version's rubric, from 0.")
    )
    engine = models.CharField(_("engine version"), max_length=20)
    outcome = models.CharField(_("automatic mark"), max_length=12)
    note = models.TextField(_("note"), max_length=MAX_NOTE, blank=True)
    created_at = models.DateTimeField(_("reported"))
    settled = models.BooleanField(_("settled"), default=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("report of a marking")
        verbose_name_plural = _("reports of markings")
        constraints = [models.UniqueConstraint(fields=["response", "key_point"], name="one_report_of_a_key_point")]

    def __str__(self) -> str:
        return f"{self.response}: {self.label}"

    @property
    def point(self) -> dict[str, Any]:
        """The key point in the version that was marked."""
        point: dict[str, Any] = self.response.version.content["key_points"][self.key_point]
        return point

    @property
    def label(self) -> Text:
        return in_language(self.point, "label", get_language())
