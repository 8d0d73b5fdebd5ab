"""The result sheet: what an attempt's result page shows, put together from loaded rows. Reads no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quiz.bank.content import follow_up_of, rubric_of
from quiz.bank.difference import Change, difference, shortened
from quiz.bank.markdown import plain_text
from quiz.bank.models import Origin, QuestionVersion, Status, Topic
from quiz.bank.texts import Text, in_language
from quiz.interviews.models import Attempt, Response
from quiz.marking import Mark, Outcome, mark, sentences
from quiz.results.highlight import Piece, pieces
from quiz.results.marks import FOUND, from_json
from quiz.results.models import Assessment, By, MarkingReport
from quiz.results.scores import mean_score

MOST_CHOICES = 40
"""Sentences to choose from, for one key point."""

TEXTS: dict[str, str | Promise] = {
    "title": _("Title"),
    "prompt": _("Question"),
    "reference_answer": _("Reference answer"),
    "explanation": _("Explanation"),
    "editors_note": _("Editor's note"),
}


@dataclass(frozen=True)
class FollowUp:
    """What an interviewer asked about a key point, and what came of it."""

    response: Response
    question: Text
    outcome: Outcome
    quotes: tuple[str, ...]

    @property
    def won_back(self) -> bool:
        return self.outcome is Outcome.COVERED


@dataclass(frozen=True)
class Point:
    """A key point of the question, with what the engine and the candidate say about it."""

    position: int
    label: Text
    weight: int
    outcome: Outcome
    own: bool | None
    """The candidate's own mark; None without an own assessment."""
    quotes: tuple[str, ...]
    shown: tuple[str, ...]
    """What the candidate has shown for it."""
    right: Text
    """Of a point stated wrongly, what the reference answer says; empty where it does not say it in so many words."""
    follow_up: Text
    asked: FollowUp | None
    erratum: Text
    report: MarkingReport | None

    @property
    def number(self) -> int:
        return self.position + 1

    @property
    def found(self) -> bool:
        return self.outcome in FOUND

    @property
    def is_wrong(self) -> bool:
        return self.outcome is Outcome.CONTRADICTED

    @property
    def is_covered(self) -> bool:
        return self.found if self.own is None else self.own

    @property
    def is_disputed(self) -> bool:
        return self.own is not None and self.own != self.found

    @property
    def needs_showing(self) -> bool:
        """Whether a tick has to say where: nothing was found, and nothing is ticked."""
        return not self.found and not self.own


@dataclass(frozen=True)
class Earlier:
    """How the question went in the candidate's last finished attempt before this one."""

    attempt_id: UUID
    started_at: datetime
    score: int
    sha256: str


@dataclass(frozen=True)
class ChangedText:
    name: str | Promise
    lang: str
    changes: list[Change]
    """Empty where the text has only become available in the attempt's language."""


@dataclass(frozen=True)
class Choice:
    """A stretch of the answer to show a key point by, in code points."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Card:
    """One response, its marks, and its question as the candidate saw it."""

    response: Response
    language: str
    automatic: Assessment
    own: Assessment | None
    earlier: Earlier | None
    newest: QuestionVersion | None
    """The question's newest version, where it differs from the response's."""
    number: int = 0
    follow_ups: tuple[FollowUp, ...] = ()

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = self.response.version.content
        return content

    @property
    def slot(self) -> int:
        return self.response.slot

    @property
    def slots(self) -> set[int]:
        """The question's, and those of its follow-ups."""
        return {self.slot, *(one.response.slot for one in self.follow_ups)}

    @property
    def topic(self) -> Topic:
        return self.response.version.question.topic

    @property
    def is_published(self) -> bool:
        return self.response.version.question.status == Status.PUBLISHED

    @cached_property
    def title(self) -> Text:
        return self._text("title")

    @cached_property
    def explanation(self) -> Text:
        return self._text("explanation")

    @cached_property
    def editors_note(self) -> Text:
        return self._text("editors_note")

    def _text(self, field: str) -> Text:
        return in_language(self.content, field, self.language)

    @cached_property
    def pieces(self) -> list[Piece]:
        shown = (mark for position, mark in self._own_marks.items() if mark.evidence)
        return pieces(self.response.answer, [*self._marks.values(), *shown])

    @cached_property
    def wrong(self) -> frozenset[int]:
        """The positions of the key points that the answer states wrongly."""
        return frozenset(position for position, mark in self._marks.items() if mark.outcome is Outcome.CONTRADICTED)

    @cached_property
    def choices(self) -> list[Choice]:
        """The answer's sentences, to show a key point by; neighbours together where there are very many."""
        spans = sentences(self.response.answer)
        together = -(-len(spans) // MOST_CHOICES) or 1
        ends = [(spans[at], spans[min(at + together, len(spans)) - 1]) for at in range(0, len(spans), together)]
        answer = self.response.answer
        return [Choice(first.start, last.end, answer[first.start : last.end]) for first, last in ends]

    @cached_property
    def points(self) -> list[Point]:
        return [self._point(*numbered) for numbered in self._key_points(Origin.SEED)]

    @cached_property
    def beyond(self) -> list[Point]:
        """What an expert would add: looked for, not scored."""
        return [self._point(*numbered) for numbered in self._key_points(Origin.BEYOND)]

    @property
    def all_points(self) -> list[Point]:
        return self.points + self.beyond

    @property
    def found_beyond(self) -> int:
        return sum(point.found for point in self.beyond)

    def _key_points(self, origin: Origin) -> list[tuple[int, dict[str, Any]]]:
        return [
            (position, point)
            for position, point in enumerate(self.content["key_points"])
            if point["origin"] == origin.value
        ]

    def _point(self, position: int, point: dict[str, Any]) -> Point:
        mark = self._marks[position]
        own = self._own_marks.get(position)
        return Point(
            position=position,
            label=in_language(point, "label", self.language),
            weight=point["weight"],
            outcome=mark.outcome,
            own=None if own is None else own.outcome is Outcome.COVERED,
            quotes=_quotes(self.response, mark),
            shown=_quotes(self.response, own) if own else (),
            right=self._right(position) if position in self.wrong else Text("", ""),
            follow_up=in_language(point, "follow_up", self.language),
            asked=next((one for one in self.follow_ups if one.response.key_point == position), None),
            erratum=in_language(point, "erratum", self.language),
            report=self._reports.get(position),
        )

    def _right(self, position: int) -> Text:
        """The sentence of the reference answer that states the key point."""
        plain, marks = self._reference
        spans = marks[position].evidence
        found = (one for one in sentences(plain) if spans and one.start <= spans[0].start < one.end)
        return next((Text(plain[one.start : one.end], plain.lang) for one in found), Text("", ""))

    @cached_property
    def _reference(self) -> tuple[Text, dict[int, Mark]]:
        """The reference answer without Markdown, and its own marks by the position of their key point."""
        reference = self._text("reference_answer")
        plain = Text(plain_text(reference), reference.lang)
        return plain, {one.position: one for one in mark(rubric_of(self.content), plain).marks}

    @cached_property
    def _reports(self) -> dict[int, MarkingReport]:
        return {report.key_point: report for report in self.response.reports.all()}

    @cached_property
    def _marks(self) -> dict[int, Mark]:
        return marks_of(self.automatic)

    @cached_property
    def _own_marks(self) -> dict[int, Mark]:
        return marks_of(self.own) if self.own else {}

    @property
    def weights_differ(self) -> bool:
        return len({point.weight for point in self.points}) > 1

    @property
    def earlier_was_another_version(self) -> bool:
        return self.earlier is not None and self.earlier.sha256 != self.response.version.sha256

    @cached_property
    def changed_texts(self) -> list[ChangedText]:
        """What a reader sees of the difference to the newest version; nothing where only the marking changed."""
        if self.newest is None:
            return []
        changed = [
            _changed(
                name,
                in_language(self.content, field, self.language),
                in_language(self.newest.content, field, self.language),
            )
            for field, name in TEXTS.items()
        ]
        changed.append(
            _changed(
                _("Key points"),
                _points_as_text(self.content, self.language),
                _points_as_text(self.newest.content, self.language),
            )
        )
        return [one for one in changed if one]


@dataclass(frozen=True)
class TopicScore:
    topic: Topic
    score: int
    count: int


@dataclass(frozen=True)
class Sheet:
    attempt: Attempt
    cards: list[Card]

    @property
    def topics(self) -> list[TopicScore]:
        """Automatic mean of each topic, in the topics' order."""
        scores: dict[Topic, list[int]] = {}
        for card in self.cards:
            scores.setdefault(card.topic, []).append(card.automatic.score)
        return [
            TopicScore(topic, mean_score(scores[topic]), len(scores[topic]))
            for topic in sorted(scores, key=lambda topic: (topic.order, topic.slug))
        ]

    @cached_property
    def answered_before(self) -> list[Card]:
        return [card for card in self.cards if card.earlier]

    @property
    def score_before(self) -> int:
        """Mean of the earlier scores of the questions answered before, and of these alone."""
        return mean_score([card.earlier.score for card in self.answered_before if card.earlier])

    @property
    def score_of_same(self) -> int:
        """Mean of this attempt's scores of the questions answered before."""
        return mean_score([card.automatic.score for card in self.answered_before])


def _quotes(response: Response, mark: Mark) -> tuple[str, ...]:
    return tuple(response.answer[span.start : span.end] for span in mark.evidence)


def card_of(
    response: Response,
    language: str,
    *,
    number: int = 0,
    follow_ups: Sequence[Response] = (),
    earlier: Mapping[int, Earlier] | None = None,
    newest: Mapping[int, QuestionVersion] | None = None,
) -> Card:
    """The card of a response whose `assessments` are the engine's present one, and the own one if there is any.

    `earlier` and `newest` are by question.
    """
    assessments = list(response.assessments.all())
    question = response.version.question_id
    latest = (newest or {}).get(question)
    return Card(
        response=response,
        language=language,
        automatic=next(one for one in assessments if one.by == By.AUTOMATIC),
        own=next((one for one in assessments if one.by == By.OWN), None),
        earlier=(earlier or {}).get(question),
        newest=latest if latest and latest.sha256 != response.version.sha256 else None,
        number=number,
        follow_ups=tuple(_follow_up(one, language) for one in follow_ups),
    )


def _follow_up(response: Response, language: str) -> FollowUp:
    automatic = next(one for one in response.assessments.all() if one.by == By.AUTOMATIC)
    position = response.key_point or 0
    mark = marks_of(automatic)[position]
    question = follow_up_of(response.version.content, position, language)
    return FollowUp(response, question, mark.outcome, _quotes(response, mark))


def marks_of(assessment: Assessment) -> dict[int, Mark]:
    """The marks by the position of their key point."""
    return {mark.position: mark for mark in map(from_json, assessment.marks)}


def _changed(name: str | Promise, before: Text, after: Text) -> ChangedText | None:
    if before == after and before.lang == after.lang:
        return None
    if before.lang != after.lang:
        return ChangedText(name, after.lang, [])
    return ChangedText(name, after.lang, shortened(difference(before, after)))


def _points_as_text(content: dict[str, Any], language: str) -> Text:
    labels = [in_language(point, "label", language) for point in content["key_points"]]
    text = "".join(f"{label} ({point['weight']})\n" for label, point in zip(labels, content["key_points"], strict=True))
    return Text(text, labels[0].lang if labels else "")
