from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine

from tests.base import NOW


@pytest.fixture
def travel() -> Iterator[Callable[[int], None]]:
    """Time stands still at NOW; called with seconds, it goes to that long after NOW."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield lambda seconds: traveller.move_to(NOW + timedelta(seconds=seconds))
