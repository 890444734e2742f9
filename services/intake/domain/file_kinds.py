"""Kinds of files that are taken: by the name's extension, and what their bytes must look like. Pure.

Nothing is unpacked or rendered here. A kind is known by its first bytes; text by being readable as text.
"""

import codecs
from collections.abc import Callable
from dataclasses import dataclass

Looks = Callable[[bytes], bool]
_BLOCK = 64 * 1024
_PROGRAMS = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"dex\n",
)  # fmt: skip
"""How Windows, Linux, Java, macOS and Android programs begin."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})


@dataclass(frozen=True)
class Kind:
    """A kind of file: the media type it is given out as, and whether bytes look like it."""

    media_type: str
    looks: Looks


def kind_of(name: str) -> Kind | None:
    """The kind that a name's extension stands for; None for one that is not taken."""
    stem, dot, extension = name.rpartition(".")
    return _KINDS.get(extension.lower()) if dot and stem else None


def fits(kind: Kind, content: bytes) -> bool:
    """Whether the content is what its name says."""
    return kind.looks(content)


def _begins(*starts: bytes) -> Looks:
    return lambda content: content.startswith(starts)


def _pdf(content: bytes) -> bool:
    """Readers find the mark anywhere in the first kilobyte; a program that hides one there is none."""
    return b"%PDF-" in content[:1024] and not content.startswith(_PROGRAMS)


def _riff(form: bytes) -> Looks:
    return lambda content: content[:4] == b"RIFF" and content[8:12] == form


def _boxed(content: bytes) -> bool:
    """MP4 and its family; old QuickTime begins with other boxes."""
    return content[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")


def _heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in _HEIC


def _office(part: bytes) -> Looks:
    """A zip with the parts that this program writes; with a password it is an OLE container instead."""

    def looks(content: bytes) -> bool:
        zipped = content.startswith(_ZIP) and b"[Content_Types].xml" in content and part in content
        return zipped or content.startswith(_OLE)

    return looks


def _mp3(content: bytes) -> bool:
    return content.startswith(b"ID3") or (content[:1] == b"\xff" and content[1:2] >= b"\xe0")


def _text(content: bytes) -> bool:
    """Readable in UTF-8, UTF-16 with its mark, or GB18030; no script."""
    if content.startswith(b"#!"):
        return False
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _readable(content, "utf-16")
    return b"\x00" not in content and (_readable(content, "utf-8") or _readable(content, "gb18030"))


def _mail(content: bytes) -> bool:
    """Begins with a header line; an mbox's with "From "."""
    first = content.lstrip()[:998].split(b"\n", 1)[0]
    name, colon, _ = first.partition(b":")
    header = bool(colon) and bool(name) and all(33 <= byte <= 126 for byte in name)
    return header or first.startswith(b"From ")


def _readable(content: bytes, encoding: str) -> bool:
    """Block by block: whole, the text would take several times the memory of the file."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), _BLOCK):
            decoder.decode(content[start : start + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


_OPEN = "application/vnd.openxmlformats-officedocument"
_JPEG, _OLD_OR_ZIP = Kind("image/jpeg", _begins(b"\xff\xd8\xff")), _begins(_OLE, *_ZIP)
_KINDS = {
    "pdf": Kind("application/pdf", _pdf),
    "png": Kind("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "gif": Kind("image/gif", _begins(b"GIF87a", b"GIF89a")),
    "webp": Kind("image/webp", _riff(b"WEBP")),
    "bmp": Kind("image/bmp", _begins(b"BM")),
    "heic": Kind("image/heic", _heic),
    "doc": Kind("application/msword", _begins(_OLE, b"{\\rtf")),
    "xls": Kind("application/vnd.ms-excel", _begins(_OLE)),
    "ppt": Kind("application/vnd.ms-powerpoint", _begins(_OLE)),
    "docx": Kind(f"{_OPEN}.wordprocessingml.document", _office(b"word/")),
    "xlsx": Kind(f"{_OPEN}.spreadsheetml.sheet", _office(b"xl/")),
    "pptx": Kind(f"{_OPEN}.presentationml.presentation", _office(b"ppt/")),
    "wps": Kind("application/vnd.ms-works", _OLD_OR_ZIP),
    "et": Kind("application/vnd.ms-excel", _OLD_OR_ZIP),
    "txt": Kind("text/plain", _text),
    "csv": Kind("text/csv", _text),
    "md": Kind("text/markdown", _text),
    "log": Kind("text/plain", _text),
    "json": Kind("application/json", _text),
    "xml": Kind("application/xml", _text),
    "eml": Kind("message/rfc822", _mail),
    "msg": Kind("application/vnd.ms-outlook", _begins(_OLE)),
    "zip": Kind("application/zip", _begins(*_ZIP)),
    "7z": Kind("application/x-7z-compressed", _begins(b"7z\xbc\xaf\x27\x1c")),
    "rar": Kind("application/vnd.rar", _begins(b"Rar!\x1a\x07")),
    "mp3": Kind("audio/mpeg", _mp3),
    "wav": Kind("audio/wav", _riff(b"WAVE")),
    "m4a": Kind("audio/mp4", _boxed),
    "amr": Kind("audio/amr", _begins(b"#!AMR")),
    "mp4": Kind("video/mp4", _boxed),
    "mov": Kind("video/quicktime", _boxed),
}
EXTENSIONS = tuple(_KINDS)
"""What is taken, without dots."""
