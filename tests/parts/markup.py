"""A page's HTML as a tree of elements, for tests that need no browser."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "input", "br", "hr"}


@dataclass
class Element:
    """An element with its attributes, and its elements and texts in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def walk(self) -> Iterator["Element"]:
        """This element and all below it, in the order of the text."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag: str, **wanted: str) -> list["Element"]:
        """The elements of this tag below, with these attributes; "_" in a name is "-"."""
        named = {name.strip("_").replace("_", "-"): value for name, value in wanted.items()}
        return [
            one
            for one in self.walk()
            if one is not self
            and tag in (one.tag, "*")
            and all(one.attributes.get(name) == value for name, value in named.items())
        ]

    def one(self, tag: str, **wanted: str) -> "Element":
        """The only one of them."""
        (found,) = self.all(tag, **wanted)
        return found

    def has(self, tag: str, **wanted: str) -> bool:
        return bool(self.all(tag, **wanted))

    def by_id(self, name: str) -> "Element":
        return self.one("*", id=name)

    @property
    def text(self) -> str:
        """All text below on one line, that of scripts left out."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag != "script":
                yield from child._texts()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {n: value or "" for n, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed(content: bytes) -> Element:
    """The whole document. Elements that are not closed, or closed twice, are an error."""
    reader = _Reader()
    reader.feed(content.decode())
    reader.close()
    assert len(reader.open) == 1, [element.tag for element in reader.open]
    return reader.open[0]


def rows_of(table: Element) -> list[dict[str, Element]]:
    """The rows of a table's body: each cell by the first of its classes but "deciding"."""
    body = table.one("tbody")
    heads = [cell.get("data-key") or cell.text for cell in table.one("thead").all("th")]
    return [dict(zip(heads, row.all("td"), strict=True)) for row in body.all("tr")]
