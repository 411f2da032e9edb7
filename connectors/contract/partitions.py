"""Where an event lives: the partition follows from the subject, for ever."""

from zlib import crc32


def partition_of(subject: str, count: int) -> int:
    """crc32 of the UTF-8 subject mod count. The subject is the case id, or indicator + unit."""
    return crc32(subject.encode()) % count


def reading_subject(indicator: str, unit: str) -> str:
    return f"{indicator}|{unit}"
