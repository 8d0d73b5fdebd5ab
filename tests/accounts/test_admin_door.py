"""The editors' desk has no sign-in of its own."""

from django.test import Client

from tests import PASSWORD
from tests.accounts.page import Page

USERS = "/admin/accounts/user/"


def test_a_visitor_of_the_admin_signs_in_where_everybody_does_and_comes_back(editor):
    client = Client()
    response = client.get(USERS, follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2Faccounts%2Fuser%2F"
    assert Page(response).all("input", name="next", value=USERS)
    response = client.post("/accounts/login/", {"login": "editor", "password": PASSWORD, "next": USERS})
    assert (response.status_code, response.url) == (302, USERS)


def test_the_admins_own_form_takes_no_password(editor):
    client = Client()
    client.post("/admin/login/", {"username": "editor", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_an_editor_is_let_in(client_of_editor):
    assert client_of_editor.get("/admin/").status_code == 200


def test_an_editor_with_one_permission_sees_only_that(alice, client_of_alice):
    alice.is_staff = True
    alice.save()
    assert client_of_alice.get("/admin/").status_code == 200
    assert client_of_alice.get(USERS).status_code == 403


def test_a_candidate_is_told_that_the_desk_is_not_for_candidates(client_of_alice):
    response = client_of_alice.get("/admin/", follow=True)
    assert response.status_code == 403
    assert Page(response).text("h1") == "Not allowed"


def test_signing_out_of_the_admin_is_signing_out(client_of_editor):
    response = client_of_editor.post("/admin/logout/")
    assert (response.status_code, response.url) == (302, "/")
    assert "_auth_user_id" not in client_of_editor.session


def test_the_users_can_be_administered(alice, client_of_editor):
    assert client_of_editor.get(USERS).status_code == 200
    response = client_of_editor.get(f"{USERS}{alice.pk}/change/")
    assert 'name="extra_time"' in response.text
