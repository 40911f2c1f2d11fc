"""What opens something is cut from an address, whatever it is called and wherever it stands."""

from __future__ import annotations

import pytest

from forewarn.model.secrets import told, without_secrets

S = "s3cr3tV4lue"


@pytest.mark.parametrize(
    "url",
    [
        f"https://user:{S}@v.example/feed",
        f"https://{S}@v.example/feed",
        f"https://v.example/feed?token={S}",
        f"https://v.example/feed?a=1&ACCESS_TOKEN={S}&b=2",
        f"https://v.example/feed?private_token={S}",
        f"https://v.example/feed?key={S}",
        f"https://v.example/feed?apiKey={S}",
        f"https://v.example/feed?sv=2024-01-01&se=2027-01-01&sp=r&sig={S}",
        f"https://b.s3.example/x?X-Amz-Algorithm=A&X-Amz-Credential={S}&X-Amz-Signature={S}",
        f"https://b.s3.example/x?AWSAccessKeyId={S}&Signature={S}",
        f"https://s.example/x?X-Goog-Signature={S}&GoogleAccessId={S}",
        f"https://c.example/x?Policy={S}&Key-Pair-Id={S}",
        f"https://v.example/feed?%74oken={S}",
        f"https://v.example/feed;jsessionid={S}?a=1",
        f"https://v.example/feed?a=1;token={S}",
        f"https://v.example/feed#access_token={S}",
        f"https://v.example/feed#/x?token={S}",
        f"https://v.example/go?to=https%3A%2F%2Fw.example%2Fx%3Ftoken%3D{S}",
        f"https://v.example/go?to=https%3A%2F%2Fuser%3A{S}%40w.example%2Fx",
        f"https://v.example/feed?license_key={S}",
        f"//user:{S}@v.example/feed",
    ],
)
def test_a_secret_is_cut(url: str) -> None:
    assert S not in without_secrets(url)
    assert S not in told(f"the server said {url}, and more")


@pytest.mark.parametrize(
    "word",
    [
        "ghp_" + "a1" * 18,
        "glpat-" + "a1" * 10,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcDEF123",
    ],
)
def test_what_shows_itself_to_be_a_token_is_cut_from_a_path_and_a_text(word: str) -> None:
    assert without_secrets(f"https://v.example/{word}/feed") == "https://v.example/***/feed"
    assert told(f"refused: {word}") == "refused: ***"


@pytest.mark.parametrize(
    "url",
    [
        "https://v.example/recorder-2.7.exe",
        "https://v.example/get?file=recorder-2.7.exe&os=windows&v=2.7",
        "https://v.example/get?author=x&keyboard=de&design=1&monkey=2",
        "https://v.example/releases/tag/v2.7#downloads",
        "https://v.example/feed?token=${FOREWARN_TOKEN}",
        "https://v.example/@acme/recorder/2.7",
        "http://[::1]:8000/feed?a=b=c",
    ],
)
def test_everything_else_stays_as_it_is(url: str) -> None:
    assert without_secrets(url) == url
