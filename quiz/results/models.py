from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quiz.interviews.models import Response


class By(models.TextChoices):
    AUTOMATIC = "automatic", _("Automatic")
    OWN = "own", _("Your own")
    REVIEWER = "reviewer", _("Reviewer")


class Assessment(models.Model):
    """One marking of a response.

    `marks` lists for each key point of the response's version `{"position", "outcome", "evidence", "expression"}`;
    evidence is a list of `[start, end]` in code points of the answer, end exclusive.
    """

    response = models.ForeignKey(Response, models.CASCADE, related_name="assessments", verbose_name=_("response"))
    by = models.CharField(_("by"), max_length=9, choices=By)
    engine = models.CharField(_("engine version"), max_length=20, blank=True)
    marks = models.JSONField(_("marks"))
    score = models.PositiveSmallIntegerField(_("score"))
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
