"""What tests of the room look at."""

from playwright.sync_api import Page, expect

from quiz.interviews.models import Attempt

ANSWER = "textarea[name=answer]"


def answer_of(attempt: Attempt, slot: int = 1) -> str:
    return attempt.responses.get(slot=slot).answer


def saved(page: Page) -> None:
    """Wait until the server has the text; it is sent at once, as where the field is left, and not after a pause."""
    page.locator(ANSWER).dispatch_event("focusout")
    saved_by_itself(page)


def saved_by_itself(page: Page) -> None:
    expect(page.locator("#save-status time")).to_be_visible()
