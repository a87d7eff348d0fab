"""How many requests go out at once."""

from contract_tests.exchange import Answer, NoAnswer
from contract_tests.pace import CHUNK, MOST, USUAL, Pace


def answers(elapsed: float, count: int = CHUNK) -> list[Answer | NoAnswer]:
    """So many answers, each after so many seconds."""
    return [Answer(200, "", (), b"", elapsed)] * count


def test_quick_implementation_gets_the_usual_few() -> None:
    """More would gain nothing."""
    assert Pace(0, latency=0.01).at_once(answers(0.01)) == USUAL


def test_slow_answers_that_do_not_wait_get_more() -> None:
    """As soon as one look has shown it, and fewer the slower they are."""
    assert Pace(0, latency=0.2).at_once(answers(0.21)) == MOST
    assert Pace(0, latency=0.2).at_once(answers(0.21, CHUNK - 1)) == USUAL
    assert USUAL < Pace(0, latency=1.5).at_once(answers(1.5)) < MOST
    assert Pace(0, latency=5).at_once(answers(5)) == USUAL


def test_answers_that_wait_for_one_another_do_not() -> None:
    """Twice the time on average is enough, or one that did not come; single ones may take longer."""
    assert Pace(0, latency=0.2).at_once(answers(0.4)) == USUAL
    assert Pace(0, latency=0.2).at_once([*answers(0.2, CHUNK - 1), *answers(0.6, 1)]) == MOST
    assert Pace(0, latency=0.2).at_once([*answers(0.2, CHUNK - 1), NoAnswer("timeout", "", 0.2)]) == USUAL


def test_most_is_what_the_user_says() -> None:
    """--jobs is never exceeded."""
    assert Pace(2, latency=0.2).at_once(answers(0.2)) == 2


def test_one_at_a_time_while_time_is_judged() -> None:
    """Until five were late."""
    pace = Pace(0, limit=0.3, latency=0.2)

    assert pace.at_once(answers(0.2)) == 1
    assert pace.at_once(answers(0.4, 5)) == USUAL
