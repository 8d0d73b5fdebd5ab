"""Loading and authorising in one call."""

from django.contrib.auth.models import AnonymousUser
from django.shortcuts import get_object_or_404

from accounts.models import User
from quiz.bank.models import Question, Status


def question_for(user: User | AnonymousUser, slug: str) -> Question:
    """The published question; editors see drafts and retired ones too, for everybody else they are 404."""
    questions = Question.objects.select_related("topic")
    if not is_editor(user):
        questions = questions.filter(status=Status.PUBLISHED)
    return get_object_or_404(questions, slug=slug)


def is_editor(user: User | AnonymousUser) -> bool:
    return user.is_staff and user.has_perm("bank.view_question")
