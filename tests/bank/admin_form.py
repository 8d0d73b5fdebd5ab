"""The question's form in the admin, filled in and sent as a browser does."""

import re
from typing import Any

from django.forms import BaseForm, BaseFormSet
from django.http import HttpResponse
from django.test import Client

from quiz.bank.models import Question

ADD = "/admin/bank/question/add/"
LIST = "/admin/bank/question/"


def change_url(question: Question) -> str:
    return f"/admin/bank/question/{question.pk}/change/"


def opened(client: Client, url: str) -> dict[str, Any]:
    """The fields of the form as the page shows them, with the line ends that browsers send."""
    response = client.get(url)
    assert response.status_code == 200
    formset = response.context["inline_admin_formsets"][0].formset
    return _fields(response.context["adminform"].form) | _formset_fields(formset)


def send(client: Client, url: str, fields: dict[str, Any], **changes: Any) -> HttpResponse:
    return client.post(url, {"_save": "Save", **fields, **changes})


def save(client: Client, question: Question, **changes: Any) -> HttpResponse:
    """Open the form, change some fields and save."""
    url = change_url(question)
    return send(client, url, opened(client, url), **changes)


def errors(response: HttpResponse) -> str:
    """What the refused form says, as text."""
    assert response.status_code == 200, "the form was saved"
    html = response.content.decode()
    return " ".join(
        re.sub(r"<[^>]+>", " ", " ".join(re.findall(r'<ul class="errorlist.*?</ul>', html, re.DOTALL))).split()
    )


def _fields(form: BaseForm) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if (
            bound.name in form.fields
            and not form.fields[bound.name].disabled
            and value is not None
            and value is not False
        ):
            fields[bound.html_name] = _as_sent(value)
    return fields


def _as_sent(value: Any) -> Any:
    if isinstance(value, list):
        return [getattr(one, "pk", one) for one in value]
    return value.replace("\n", "\r\n") if isinstance(value, str) else value


def _formset_fields(formset: BaseFormSet) -> dict[str, Any]:
    fields = _fields(formset.management_form)
    for form in formset.initial_forms:
        fields |= _fields(form)
    return fields
