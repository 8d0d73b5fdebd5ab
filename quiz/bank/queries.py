"""Reads of the bank."""

from django.db.models import OuterRef, QuerySet, Subquery

from quiz.bank.models import Question, QuestionVersion, Status


def published_questions() -> QuerySet[Question]:
    return Question.objects.filter(status=Status.PUBLISHED).select_related("topic")


def matching_questions(*, topics: list[str], difficulties: list[str]) -> QuerySet[Question]:
    """The published questions of any of the topics (slugs) and difficulties; an empty list means all."""
    questions = published_questions()
    if topics:
        questions = questions.filter(topic__slug__in=topics)
    if difficulties:
        questions = questions.filter(difficulty__in=difficulties)
    return questions


def with_latest_version(questions: QuerySet[Question]) -> QuerySet[Question]:
    """Annotates `latest_version`, the id of the question's newest version (None for one never published)."""
    newest = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number")
    return questions.annotate(latest_version=Subquery(newest.values("pk")[:1]))


def exported_questions() -> list[Question]:
    """What an export holds, ready for `content_of`: every question that is not retired."""
    questions = Question.objects.exclude(status=Status.RETIRED).select_related("topic")
    return list(questions.prefetch_related("avoid_with", "key_points"))
