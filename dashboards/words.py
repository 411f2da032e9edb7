"""The one catalogue of what people read, in both languages."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Protocol

from dashboards import numbers
from dashboards.numbers import Language


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Key -> language -> text, with places for values in braces."""
    text = files("dashboards").joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


class Bilingual(Protocol):
    """What seeds name in both languages."""

    @property
    def name_vi(self) -> str: ...
    @property
    def name_en(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Words:
    """Texts and numbers of one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """KeyError for a word that the catalogue does not have."""
        return catalogue()[key][self.language].format(**values)

    def of(self, text: str | Bilingual) -> str:
        """A word of the catalogue, or a name that seeds have."""
        if isinstance(text, str):
            return self(text)
        return text.name_vi if self.language == "vi" else text.name_en

    def number(self, value: float, decimals: int = 0) -> str:
        return numbers.number(value, self.language, decimals)

    def signed(self, value: float, decimals: int = 0) -> str:
        return numbers.signed(value, self.language, decimals)

    def percent(self, share: float, decimals: int = 2) -> str:
        return numbers.percent(share, self.language, decimals)

    def duration(self, seconds: float) -> str:
        return numbers.duration(seconds, self.language)

    def date(self, seconds: float) -> str:
        return numbers.date(seconds, self.language)
