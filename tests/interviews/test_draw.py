from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from quiz.interviews.draw import Candidate, draw, families

EARLIER = datetime(2026, 3, 1, tzinfo=UTC)


@st.composite
def pools(draw_from):
    size = draw_from(st.integers(1, 14))
    ids = range(1, size + 1)
    seen = st.none() | st.datetimes(timezones=st.just(UTC))
    return [
        Candidate(
            id=id,
            topic=draw_from(st.integers(1, 3)),
            family=draw_from(st.sampled_from(["", "", "f", "g"])),
            avoid=frozenset(draw_from(st.sets(st.sampled_from(ids), max_size=3)) - {id}),
            seen=draw_from(seen),
        )
        for id in ids
    ]


def overlapping_pairs(pool, drawn):
    by_id = {candidate.id: candidate for candidate in pool}
    return [(a, b) for a in drawn for b in drawn if b in by_id[a].avoid]


@given(pools(), st.integers(1, 20), st.integers(0, 2**63))
def test_a_draw_has_as_many_questions_as_asked_or_as_there_are_families(pool, count, seed):
    drawn = draw(pool, count=count, seed=seed)
    assert len(drawn) == len(set(drawn)) == min(count, len(families(pool)))


@given(pools(), st.integers(1, 20), st.integers(0, 2**63))
def test_at_most_one_of_a_family_is_drawn(pool, count, seed):
    drawn = draw(pool, count=count, seed=seed)
    named = Counter(candidate.family for candidate in pool if candidate.family and candidate.id in drawn)
    assert all(times == 1 for times in named.values())


@given(pools(), st.integers(1, 20), st.integers(0, 2**63), st.randoms())
def test_the_same_seed_draws_the_same_whatever_the_order_of_the_candidates(pool, count, seed, random):
    first = draw(pool, count=count, seed=seed)
    random.shuffle(pool)
    assert draw(pool, count=count, seed=seed) == first


def test_another_seed_draws_others():
    pool = [Candidate(id=id) for id in range(1, 21)]
    assert len({tuple(draw(pool, count=5, seed=seed)) for seed in range(20)}) > 15


def test_every_family_has_the_same_chance_whatever_its_size():
    pool = [Candidate(id=id, family="big") for id in range(1, 11)] + [Candidate(id=id) for id in range(11, 15)]
    rounds = 4000
    times = Counter()
    for seed in range(rounds):
        times.update("big" if id <= 10 else id for id in draw(pool, count=2, seed=seed))
    expected = rounds * 2 / 5
    assert all(abs(times[name] - expected) < 0.08 * expected for name in ["big", 11, 12, 13, 14])


def test_every_member_of_a_family_has_the_same_chance():
    pool = [Candidate(id=id, family="one") for id in range(1, 5)]
    times = Counter(draw(pool, count=1, seed=seed)[0] for seed in range(4000))
    assert all(abs(times[id] - 1000) < 120 for id in range(1, 5))


def test_questions_not_seen_come_before_those_seen_and_these_in_the_order_of_their_age():
    pool = [Candidate(id=id, seen=EARLIER + timedelta(days=id)) for id in range(1, 6)]
    pool += [Candidate(id=id) for id in range(6, 9)]
    for seed in range(50):
        assert set(draw(pool, count=5, seed=seed)) == {6, 7, 8, 1, 2}


def test_a_near_duplicate_of_what_was_seen_counts_as_seen():
    pool = [Candidate(id=1, family="f", seen=EARLIER), Candidate(id=2, family="f"), Candidate(id=3)]
    for seed in range(50):
        assert draw(pool, count=1, seed=seed) == [3]


def test_in_a_family_the_member_not_seen_is_asked():
    pool = [Candidate(id=1, family="f", seen=EARLIER), Candidate(id=2, family="f")]
    for seed in range(50):
        assert draw(pool, count=1, seed=seed) == [2]


@given(st.lists(st.integers(1, 5), min_size=1, max_size=40), st.integers(1, 20), st.integers(0, 2**63))
def test_an_interview_goes_round_the_topics(topics, count, seed):
    pool = [Candidate(id=id, topic=topic) for id, topic in enumerate(topics)]
    asked = Counter(topics[id] for id in draw(pool, count=count, seed=seed))
    have = Counter(topics)
    assert all(asked[topic] >= min(have[topic], max(asked.values()) - 1) for topic in have)


def test_a_topic_met_lately_waits_for_what_was_not_seen():
    pool = [Candidate(id=1, topic=1), Candidate(id=2, topic=1), Candidate(id=3, topic=2, seen=EARLIER)]
    for seed in range(20):
        assert set(draw(pool, count=2, seed=seed)) == {1, 2}


def test_overlaps_are_avoided_while_the_pool_allows():
    hub = Candidate(id=1, avoid=frozenset({2, 3, 4}))
    pool = [hub, *(Candidate(id=id) for id in range(2, 6))]
    for seed in range(100):
        assert overlapping_pairs(pool, draw(pool, count=4, seed=seed)) == []


def test_overlaps_are_drawn_where_the_pool_leaves_no_other_choice():
    pool = [Candidate(id=1, avoid=frozenset({2})), Candidate(id=2)]
    assert sorted(draw(pool, count=2, seed=1)) == [1, 2]


def test_a_dense_bank_of_hundreds_is_drawn_from_without_hanging():
    ids = range(1, 301)
    pool = [Candidate(id=id, avoid=frozenset(set(ids) - {id})) for id in ids]
    assert len(draw(pool, count=50, seed=1)) == 50


def test_the_order_is_drawn_too():
    pool = [Candidate(id=id) for id in range(1, 4)]
    assert {draw(pool, count=3, seed=seed)[0] for seed in range(30)} == {1, 2, 3}
