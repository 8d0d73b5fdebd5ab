"""What the tests share: a small bank of their own, so that no test depends on the wording of the real one."""

from datetime import UTC, datetime
from typing import Any

from quiz.bank.models import KeyPoint, Question, Topic
from quiz.bank.services import publish_question
from quiz.interviews.models import Attempt
from quiz.interviews.services import Draft, Saved, save_response

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def make_topic(slug: str = "attention", **fields: Any) -> Topic:
    defaults = {"name_zh": f"主题 {slug}", "name_en": f"Topic {slug}"}
    return Topic.objects.get_or_create(slug=slug, defaults=defaults | fields)[0]


def make_question(
    number: int, *, topic: str = "attention", points: int = 2, publish: bool = True, **fields: Any
) -> Question:
    """A published question whose key points are earned by the words `alpha<number>`, `beta<number>`, ..."""
    texts = {
        f"{field}_{suffix}": f"{word} {number}"
        for field, words in {
            "title": ("标题", "Title"),
            "prompt": ("题面", "Prompt"),
            "reference_answer": ("参考答案", "Reference answer"),
            "explanation": ("解析", "Explanation"),
            "editors_note": ("编者注", "Editor's note"),
        }.items()
        for suffix, word in zip(("zh", "en"), words, strict=True)
    }
    question = Question.objects.create(
        **{"slug": f"question-{number}", "number": number, "topic": make_topic(topic), **texts, **fields}
    )
    for position, word in enumerate(("alpha", "beta", "gamma", "delta")[:points], start=1):
        KeyPoint.objects.create(
            question=question,
            position=position,
            label_zh=f"要点 {word}",
            label_en=f"Point {word}",
            expressions=f"{word}{number}",
            follow_up_zh=f"追问 {word}？",
            follow_up_en=f"What about {word}?",
        )
    if publish:
        publish_question(question=question, now=NOW)
    return question


def make_bank(count: int = 8) -> list[Question]:
    """Questions 1 to `count`, by turns of the topics attention, training and systems."""
    topics = ("attention", "training", "systems")
    return [make_question(number, topic=topics[number % 3]) for number in range(1, count + 1)]


def save_draft(attempt: Attempt, draft: Draft, *, now: datetime) -> Saved:
    return save_response(user_id=attempt.user_id, attempt_id=attempt.pk, draft=draft, now=now)
