"""Reading a page as a browser and a screen reader do."""

from html.parser import HTMLParser

from django.http import HttpResponse

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
Element = tuple[str, dict[str, str]]


class Page(HTMLParser):
    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag, f"</{tag}> closes what it did not open"

    def handle_data(self, data):
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def all(self, tag: str, **attrs: str) -> list[dict[str, str]]:
        return [found for name, found in self.elements if name == tag and attrs.items() <= found.items()]

    def one(self, tag: str, **attrs: str) -> dict[str, str]:
        (found,) = self.all(tag, **attrs)
        return found

    def text(self, tag: str) -> str:
        """The text of the only element with this tag."""
        (found,) = self.texts[tag]
        return " ".join(found.split())

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] for _tag, attrs in self.elements if "id" in attrs]


def assert_strict_csp_holds(page: Page) -> None:
    """Nothing in the page is of the kind that `script-src 'self'; style-src 'self'` refuses."""
    for tag, attrs in page.elements:
        assert tag != "style"
        assert "style" not in attrs, (tag, attrs)
        assert not [name for name in attrs if name.startswith("on")], (tag, attrs)
        assert tag != "script" or "src" in attrs or attrs.get("type") == "application/json", attrs
        assert not attrs.get("href", "").startswith(("javascript:", "http")), attrs


def assert_accessible(page: Page) -> None:
    """One heading of the first rank, every control with a label, every reference to an id that exists, once."""
    assert len(page.all("h1")) == 1
    assert page.text("title").endswith("· Viva") and not page.text("title").startswith("·")
    assert len(page.ids) == len(set(page.ids))
    labelled = {label["for"] for label in page.all("label") if "for" in label}
    wrapped = {"radio", "checkbox"}  # stand inside their label
    for tag in ("input", "select", "textarea"):
        for control in page.all(tag):
            if control.get("type") not in {"hidden", *wrapped}:
                assert control["id"] in labelled, control
    for tag, attrs in page.elements:
        for target in attrs.get("aria-describedby", "").split() + attrs.get("aria-labelledby", "").split():
            assert target in page.ids, (tag, attrs)
