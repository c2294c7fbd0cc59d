import pytest

from app.core.catalogue.handles import MAX_LENGTH, handle_from_title


@pytest.mark.parametrize(
    ("title", "handle"),
    [
        ("Red mug", "red-mug"),
        ("  RED – mug!  ", "red-mug"),
        ("Men's socks, 3 pairs", "mens-socks-3-pairs"),
        ("Crème brûlée", "creme-brulee"),
        ("Weißer Tee", "weisser-tee"),
        ("½ price", "1-2-price"),
        ("茶碗", ""),
        ("", ""),
    ],
)
def test_a_handle_is_the_title_in_ascii_letters(title, handle):
    assert handle_from_title(title) == handle


def test_a_long_handle_is_cut():
    handle = handle_from_title("abc " * 100)
    assert len(handle) <= MAX_LENGTH
    assert not handle.endswith("-")
