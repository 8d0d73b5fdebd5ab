from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quiz.bank.texts import Text, in_language


class Topic(models.Model):
    slug = models.SlugField(_("address"), unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=100)
    name_en = models.CharField(_("name (English)"), max_length=100)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "slug"]
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return str(self.name)

    @property
    def name(self) -> Text:
        return in_language(self, "name", get_language())


class Difficulty(models.TextChoices):
    EASY = "easy", _("Easy")
    MEDIUM = "medium", _("Medium")
    HARD = "hard", _("Hard")


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class Question(models.Model):
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    number = models.PositiveIntegerField(_("number"), unique=True)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="questions", verbose_name=_("topic"))
    difficulty = models.CharField(_("difficulty"), max_length=6, choices=Difficulty, default=Difficulty.MEDIUM)
    suggested_seconds = models.PositiveSmallIntegerField(
        _("suggested time (seconds)"), default=180, validators=[MinValueValidator(30), MaxValueValidator(3600)]
    )
    family = models.SlugField(
        _("family"),
        max_length=50,
        blank=True,
        db_index=True,
        help_text=_("Near-duplicates share a family: an interview asks at most one of them."),
    )
    avoid_with = models.ManyToManyField(
        "self",
        blank=True,
        verbose_name=_("avoid with"),
        help_text=_("Questions that overlap: one interview asks both only where the pool leaves no other choice."),
    )
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.DRAFT, db_index=True)

    title_zh = models.CharField(_("title (Chinese)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    prompt_zh = models.TextField(_("prompt (Chinese)"))
    prompt_en = models.TextField(_("prompt (English)"), blank=True)
    reference_answer_zh = models.TextField(_("reference answer (Chinese)"))
    reference_answer_en = models.TextField(_("reference answer (English)"), blank=True)
    explanation_zh = models.TextField(_("explanation (Chinese)"), blank=True)
    explanation_en = models.TextField(_("explanation (English)"), blank=True)
    editors_note_zh = models.TextField(_("editor's note (Chinese)"), blank=True)
    editors_note_en = models.TextField(_("editor's note (English)"), blank=True)
    note_open = models.BooleanField(
        _("note stands open"),
        default=False,
        help_text=_("For a question whose premise is doubtful: nobody misses the note."),
    )

    loaded_hash = models.CharField(max_length=64, blank=True, editable=False)
    """SHA-256 of the content that the fixture last wrote; a later fixture updates a question that still has it."""

    class Meta:
        ordering = ["number"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("bank:question", args=[self.slug])

    @property
    def title(self) -> Text:
        return in_language(self, "title", get_language())


class Origin(models.TextChoices):
    SEED = "seed", _("Reference answer")
    BEYOND = "beyond", _("Beyond it: shown, not scored")


class KeyPoint(models.Model):
    question = models.ForeignKey(Question, models.CASCADE, related_name="key_points", verbose_name=_("question"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    label_zh = models.CharField(_("label (Chinese)"), max_length=200)
    label_en = models.CharField(_("label (English)"), max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    origin = models.CharField(_("origin"), max_length=6, choices=Origin, default=Origin.SEED)
    expressions = models.TextField(
        _("accepted expressions"), blank=True, help_text=_("One a line; any of them earns the point.")
    )
    misconceptions = models.TextField(
        _("misconceptions"),
        blank=True,
        help_text=_(
            "One a line, written like accepted expressions; any of them shows that the point is stated wrongly."
        ),
    )
    follow_up_zh = models.TextField(_("follow-up question (Chinese)"), blank=True)
    follow_up_en = models.TextField(_("follow-up question (English)"), blank=True)
    erratum_zh = models.TextField(_("erratum (Chinese)"), blank=True, help_text=_("Shown beside the mark."))
    erratum_en = models.TextField(_("erratum (English)"), blank=True)

    class Meta:
        ordering = ["question", "position", "pk"]
        verbose_name = _("key point")
        verbose_name_plural = _("key points")
        constraints = [
            models.UniqueConstraint(fields=["question", "label_zh"], name="label_unique_in_question"),
            models.CheckConstraint(condition=models.Q(weight__gte=1, weight__lte=3), name="weight_1_to_3"),
        ]

    def __str__(self) -> str:
        return str(in_language(self, "label", get_language()))


class QuestionVersion(models.Model):
    """A published question as it stood at one time. Attempts point here: what a candidate saw never changes."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="versions", verbose_name=_("question"))
    number = models.PositiveIntegerField(_("version"))
    schema = models.PositiveSmallIntegerField(_("schema"))
    content = models.JSONField(_("content"))
    sha256 = models.CharField("SHA-256", max_length=64)
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("editor")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("written"))

    class Meta:
        ordering = ["question", "-number"]
        verbose_name = _("version of a question")
        verbose_name_plural = _("versions of questions")
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="version_number_unique")]

    def __str__(self) -> str:
        return f"{self.content['number']}. {in_language(self.content, 'title', get_language())} (v{self.number})"
