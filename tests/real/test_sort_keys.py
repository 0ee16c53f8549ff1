"""Thousands of odd addresses have the sort key that the Wayback Machine's own package gives them."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

import pytest

from archive.formats.cdxj import surt

pytestmark = pytest.mark.real

SESSION = "0123456789abcdef0123456789ABCDEF"
HOSTS = (
    "think.example", "www.think.example", "WWW2.Think.Example", "www.example", "192.0.2.7", "3221225991",
    "0300.0.2.7", "10.1", "300.1.1.1", "[2001:db8::1]", "münchen.example", "xn--mnchen-3ya.example",
    "a..b.example", "think.example.", "user:word@think.example", "think%2eexample", "www.www.example.org",
    "straße.example", "日本.example", "1.2.3.4.example",
)  # fmt: skip
PORTS = ("", "", "", ":80", ":443", ":8080", ":", ":0", ":00080")
STEPS = (
    "a", "B", "%41", "%2525", "%25", "%", "é", "%C3%A9", "%e9", "it's", "(x)", "a b", "+", "~", "%7E", "..",
    ".", "", "//", f"a;jsessionid={SESSION}", "(S(abcdefghijklmnopqrstuvwx))", "(0123456789abcdefghijklmn)",
    "p.aspx", "*", "!", "$", "a:b", "@", "[x]", "{y}", "|", "\\", "^", "`", "%2F", "%3F", "%23", "%00", "%0a",
    "x,y", '"q"', "<t>", "%zz", "%2", "=", "&",
)  # fmt: skip
QUERIES = (
    "", "?", "?a", "?a=", "?b=1&a=2", "?A=B&a=b", "?a=%2525", "?q=it's", f"?PHPSESSID={SESSION}&x=1",
    f"?x=1&sid={SESSION}", f"?x=1&jsessionid={SESSION}&y", "?ASPSESSIONIDabcdefgh=abcdefghijklmnopqrstuvwx&z=1",
    "?cfid=1&cftoken=2&k", "?a=1&&b", "?&", "?a=é", "?a=%C3%A9", "?a=b c", "?a=b+c", "?x=http://a/b?c",
    "?a=1&a", "?a&a=", "?%26=1", "?=", "?a=%23", "?sid=short", "??x", "?a[]=2&a[]=1", "?z=%e9",
    f"?mysid={SESSION}",
)  # fmt: skip
MORE = ("urn:uuid:ABC", "dns:www.Think.example", "ftp://ftp.example.org/A/", "http:/think.example/a", "think.example/a")


def odd(count: int, seed: int) -> list[str]:
    drawn = random.Random(seed)  # noqa: S311 - a sample that is the same each time
    found = list(MORE)
    for _ in range(count):
        path = "".join("/" + drawn.choice(STEPS) for _ in range(drawn.randint(0, 4))) + drawn.choice(("", "/", "//"))
        begin = drawn.choice(("http", "https", "HTTP")) + "://" + drawn.choice(HOSTS) + drawn.choice(PORTS)
        found.append(begin + path + drawn.choice(QUERIES) + drawn.choice(("", "", "#part", "#")))
    return found


def test_unusual_urls_have_the_sort_keys_that_replay_tools_use(python_oracles: Path) -> None:
    addresses = odd(20_000, 12)
    program = "import json, sys, surt; json.dump([surt.surt(url) for url in json.load(sys.stdin)], sys.stdout)"
    asked = [str(python_oracles / "python"), "-c", program]
    told = subprocess.run(asked, input=json.dumps(addresses), capture_output=True, text=True, timeout=300, check=True)
    theirs = json.loads(told.stdout)
    assert [(url, surt(url)) for url in addresses] == list(zip(addresses, theirs, strict=True))
