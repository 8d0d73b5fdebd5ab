import uuid
from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quiz.bank.content import follow_up_of
from quiz.bank.models import QuestionVersion, Topic
from quiz.bank.texts import Text, in_language
from quiz.interviews.recipe import Recipe

MAX_QUESTIONS = 50
MAX_MINUTES = 180
LONGEST = MAX_MINUTES * 60 * 2
"""Seconds that an interview can last, with the most extra time that a candidate can have."""
MAX_ANSWER = 20_000
"""Characters of an answer: ten times what anybody writes in an interview, and what one beacon can carry."""


class Format(models.TextChoices):
    PAPER = "paper", _("Paper: move freely between the questions")
    INTERVIEWER = "interviewer", _("Interviewer: one question at a time, with follow-ups")


class Blueprint(models.Model):
    """An interview's recipe that editors publish."""

    slug = models.SlugField(_("address"), unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=100)
    name_en = models.CharField(_("name (English)"), max_length=100, blank=True)
    description_zh = models.CharField(_("description (Chinese)"), max_length=300, blank=True)
    description_en = models.CharField(_("description (English)"), max_length=300, blank=True)
    topics = models.ManyToManyField(Topic, blank=True, verbose_name=_("topics"), help_text=_("None means all."))
    difficulties = models.JSONField(_("difficulties"), default=list, blank=True, help_text=_("None means all."))
    count = models.PositiveSmallIntegerField(
        _("number of questions"), default=5, validators=[MinValueValidator(1), MaxValueValidator(MAX_QUESTIONS)]
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_MINUTES)],
        help_text=_("Empty: as the questions suggest."),
    )
    format = models.CharField(_("format"), max_length=11, choices=Format, default=Format.PAPER)
    published = models.BooleanField(_("published"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "slug"]
        verbose_name = _("blueprint")
        verbose_name_plural = _("blueprints")

    def __str__(self) -> str:
        return str(self.name)

    @property
    def name(self) -> Text:
        return in_language(self, "name", get_language())

    @property
    def description(self) -> Text:
        return in_language(self, "description", get_language())

    def recipe(self, language: str) -> Recipe:
        """What an interview by this blueprint is drawn by, with its questions in that language."""
        return Recipe(
            topics=[topic.slug for topic in self.topics.all()],
            difficulties=self.difficulties,
            count=self.count,
            minutes=self.minutes,
            language=language,
            format=self.format,
            blueprint_id=self.pk,
        )


class Ended(models.TextChoices):
    SUBMITTED = "submitted", _("Handed in")
    TIMED_OUT = "timed_out", _("Time ran out")


class Attempt(models.Model):
    """One sitting of an interview by one candidate. All times are UTC."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="attempts", verbose_name=_("candidate")
    )
    blueprint = models.ForeignKey(Blueprint, models.SET_NULL, null=True, blank=True, verbose_name=_("blueprint"))
    topics = models.JSONField(_("chosen topics"), default=list, blank=True)
    difficulties = models.JSONField(_("chosen difficulties"), default=list, blank=True)
    format = models.CharField(_("format"), max_length=11, choices=Format, default=Format.PAPER)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    seed = models.BigIntegerField(_("draw seed"))
    started_at = models.DateTimeField(_("started"))
    time_limit = models.DurationField(_("time limit"))
    deadline = models.DateTimeField(_("deadline"), db_index=True)
    current_slot = models.PositiveSmallIntegerField(_("current question"), default=1)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    ended = models.CharField(_("how it ended"), max_length=9, blank=True, choices=Ended)
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    own_score = models.PositiveSmallIntegerField(_("own score"), null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        indexes = [models.Index(fields=["user", "-started_at"], name="attempts_of_user")]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(finished_at__isnull=True), name="one_running_attempt_per_user"
            ),
            models.CheckConstraint(condition=Q(deadline__gt=F("started_at")), name="deadline_after_start"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__lte=F("deadline")),
                name="finished_by_the_deadline",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, ended="") | (Q(finished_at__isnull=False) & ~Q(ended="")),
                name="finished_says_how",
            ),
            models.CheckConstraint(
                condition=(Q(score__isnull=True) | Q(score__lte=100))
                & (Q(own_score__isnull=True) | Q(own_score__lte=100)),
                name="attempt_scores_to_100",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_running(self) -> bool:
        return self.finished_at is None

    @property
    def time_used(self) -> timedelta | None:
        """From the start to the end; None while it is running."""
        return None if self.finished_at is None else self.finished_at - self.started_at

    @property
    def time_allowed(self) -> timedelta:
        """The time limit, with the candidate's extra time."""
        return self.deadline - self.started_at

    @property
    def has_interviewer(self) -> bool:
        """Whether one question is asked at a time: `current_slot` alone is open then, and only grows."""
        return self.format == Format.INTERVIEWER

    def has_reached(self, slot: int) -> bool:
        """Whether the candidate may know what is asked there: an interviewer tells no later question."""
        return not (self.has_interviewer and self.is_running and slot > self.current_slot)

    def has_left(self, slot: int) -> bool:
        """Whether the interviewer has gone on from there: there is no way back."""
        return self.has_interviewer and slot < self.current_slot


class Response(models.Model):
    """The answer to the question in one slot of an attempt, empty until the candidate writes.

    A follow-up has a slot of its own, behind those of its parent and of the parent's other follow-ups.
    """

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="responses", verbose_name=_("attempt"))
    slot = models.PositiveSmallIntegerField(_("slot"))
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="responses", verbose_name=_("version"))
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="follow_ups", verbose_name=_("follows up on")
    )
    key_point = models.PositiveSmallIntegerField(
        _("key point asked about"),
        null=True,
        blank=True,
        help_text=_("Of a follow-up: its position in the version's rubric, from 0."),
    )
    answer = models.TextField(_("answer"), blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=0)
    page = models.CharField(_("page of the last save"), max_length=36, blank=True)
    seq = models.PositiveIntegerField(_("sequence number of the last save"), default=0)
    # Nobody writes here any more; or, what an interviewer has yet to ask, not yet.
    closed = models.BooleanField(_("closed"), default=False)
    stored_at = models.DateTimeField(_("stored"), null=True, blank=True)
    seconds = models.PositiveIntegerField(_("seconds spent"), default=0)
    flagged = models.BooleanField(_("flagged"), default=False)
    late_text = models.TextField(_("arrived late, not marked"), blank=True)

    class Meta:
        ordering = ["attempt", "slot"]
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "slot"], name="slot_unique_in_attempt"),
            models.UniqueConstraint(fields=["parent", "key_point"], name="key_point_followed_up_once"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, key_point__isnull=True)
                | Q(parent__isnull=False, key_point__isnull=False),
                name="follow_up_names_its_key_point",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot}. {self.title}"

    @property
    def title(self) -> Text:
        """The question's title; of a follow-up, what it asks."""
        if self.key_point is None:
            return in_language(self.version.content, "title", get_language())
        return follow_up_of(self.version.content, self.key_point, get_language())

    @property
    def is_follow_up(self) -> bool:
        return self.parent_id is not None

    @property
    def is_answered(self) -> bool:
        return bool(self.answer.strip())
