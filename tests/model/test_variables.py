"""A knowledge base reads only the variables that were meant for it."""

from __future__ import annotations

import pytest

from forewarn.model.variables import NotAllowed, concealed, look_up

ENVIRON = {
    "FOREWARN_TOKEN": "t0ken",
    "FOREWARN_MAY_READ": "HOOK, MAIL_KEY",
    "HOOK": "h00k",
    "MAIL_KEY": "k3y9",
    "AWS_SECRET_ACCESS_KEY": "cloud",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [("FOREWARN_TOKEN", "t0ken"), ("HOOK", "h00k"), ("MAIL_KEY", "k3y9"), ("FOREWARN_UNSET", None)],
)
def test_a_variable_that_is_meant_for_forewarn_is_read(name: str, value: str | None) -> None:
    assert look_up(name, ENVIRON) == value


@pytest.mark.parametrize(
    "name", ["AWS_SECRET_ACCESS_KEY", "HOME", "HOO", "FOREWARN_MAY_READ", "PATH"]
)
def test_no_other_variable_can_be_named(name: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        look_up(name, ENVIRON)
    assert "cloud" not in str(refused.value)


def test_what_a_variable_holds_is_told_by_its_name() -> None:
    said = concealed("535 h00k is wrong for t0ken", ["HOOK", "FOREWARN_TOKEN"], ENVIRON)
    assert said == "535 ${HOOK} is wrong for ${FOREWARN_TOKEN}"
