"""Blueprints ready to sit come in once, and belong to the editors from then on."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from quiz.bank.models import Topic
from quiz.interviews.models import Blueprint
from quiz.interviews.queries import pool
from quiz.interviews.services import start_attempt
from tests.base import NOW, make_topic

pytestmark = pytest.mark.django_db
FILE = Path(settings.BASE_DIR) / "fixtures" / "blueprints.json"
ROWS = json.loads(FILE.read_text(encoding="utf-8"))
ROW = ROWS[0] | {"slug": "ours", "topics": ["attention"]}
by_blueprint = pytest.mark.parametrize("row", ROWS, ids=[row["slug"] for row in ROWS])


@pytest.fixture
def load(tmp_path):
    def load(*rows: object) -> None:
        (tmp_path / "blueprints.json").write_text(json.dumps(rows))
        call_command("load_blueprints", tmp_path / "blueprints.json")

    return load


def test_six_come_with_the_bank(capsys):
    call_command("load_bank", verbosity=0)
    call_command("load_blueprints")
    assert capsys.readouterr().out == "blueprints.json: 6 created\n"
    assert [(blueprint.name_en, blueprint.published) for blueprint in Blueprint.objects.all()] == [
        ("Quick five", True),
        ("LLM basics, 30 minutes", True),
        ("Training and alignment", True),
        ("Inference and serving", True),
        ("RAG, agents and safety", True),
        ("Everything, 60 minutes", True),
    ]


def test_loading_again_leaves_them_as_editors_have_them(load, capsys):
    make_topic("attention")
    load(ROW)
    Blueprint.objects.update(name_en="Mine", published=False)
    load(ROW)
    assert capsys.readouterr().out.endswith("0 created\n")
    assert Blueprint.objects.get().name_en == "Mine"


def test_one_whose_topic_is_not_there_stays_out(load):
    load(ROW)
    assert not Blueprint.objects.exists()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (ROW | {"topics": [], "count": 0}, "greater than or equal to 1"),
        (ROW | {"topics": [], "format": "quiz"}, "not a valid choice"),
        (ROW | {"topics": [], "colour": "red"}, "not a list of blueprints"),
        ("quick", "not a list of blueprints"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(load, row, told):
    with pytest.raises(CommandError, match=told):
        load(row)
    assert not Blueprint.objects.exists()


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_blueprints", tmp_path / "none.json")


@by_blueprint
def test_each_speaks_both_languages(row):
    for column in ("name_zh", "name_en", "description_zh", "description_en"):
        assert row[column], column


@by_blueprint
def test_each_can_be_sat_with_the_shipped_bank(row, alice):
    call_command("load_bank", verbosity=0)
    call_command("load_blueprints", verbosity=0)
    blueprint = Blueprint.objects.get(slug=row["slug"])
    recipe = blueprint.recipe("en")
    assert [topic.slug for topic in blueprint.topics.all()] == row["topics"]
    matching = pool(topics=recipe.topics, difficulties=recipe.difficulties)
    assert matching.families >= row["count"]
    attempt = start_attempt(user=alice, recipe=recipe, now=NOW, seed=1)
    assert attempt.responses.count() == row["count"]
    assert Topic.objects.filter(slug__in=row["topics"]).count() == len(row["topics"])
