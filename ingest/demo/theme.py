"""The institute's theme: inline style and script, as large as on real sites, and its pictures."""

from __future__ import annotations

import struct
import zlib

_RULES = """
*,*::before,*::after{box-sizing:border-box}
html{font-size:100%;scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;font-family:Georgia,"Times New Roman",serif;line-height:1.65;color:#1d2733;background:#fbfaf7}
a{color:#0b5a7a;text-decoration:underline;text-underline-offset:.15em}
a:hover,a:focus{color:#083d53;text-decoration-thickness:.12em}
img{max-width:100%;height:auto;display:block}
figure{margin:0 0 1.5rem}figcaption{font-size:.85rem;color:#5b6670;padding-top:.4rem}
.site-header{border-bottom:3px solid #c9a227;padding:1.25rem 1.5rem;display:flex;flex-wrap:wrap;gap:1rem}
.site-title{font-size:1.6rem;font-weight:700;margin:0}.site-description{margin:0;color:#5b6670}
.main-navigation ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.5rem 1.25rem}
.main-navigation a{font-family:"Segoe UI",Helvetica,sans-serif;font-size:.95rem;text-decoration:none}
.menu-toggle{display:none;border:1px solid currentColor;background:none;padding:.5rem .75rem;
  border-radius:.25rem}
.site-content{max-width:72rem;margin:0 auto;padding:2rem 1.5rem;display:grid;gap:3rem;
  grid-template-columns:1fr}
.entry-title{font-size:2.1rem;line-height:1.2;margin:0 0 .75rem;letter-spacing:-.01em}
.entry-byline{font-family:"Segoe UI",Helvetica,sans-serif;font-size:.9rem;color:#46515c;margin:0 0 1.75rem}
.entry-byline strong{font-weight:600;color:#1d2733;margin-right:.25em}
.entry-content{font-size:1.075rem}.entry-content h2{font-size:1.4rem;margin:2rem 0 .75rem}
.entry-content blockquote{margin:1.5rem 0;padding:.25rem 1.25rem;border-left:4px solid #c9a227;
  font-style:italic}
.entry-content table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
.entry-content th,.entry-content td{border-bottom:1px solid #d8d4c8;padding:.4rem .6rem;text-align:left}
.wp-block-footnotes{font-size:.85rem;border-top:1px solid #d8d4c8;padding:1rem 0 0 1.25rem}
.page-links{font-family:"Segoe UI",Helvetica,sans-serif;display:flex;gap:.5rem;margin:2rem 0}
.support-box{background:#eef4f6;border:1px solid #c7dbe3;border-radius:.5rem;padding:1.25rem 1.5rem;
  margin:2.5rem 0}
.support-box h3{margin:0 0 .5rem;font-size:1.2rem}.support-box p{margin:0 0 .5rem}
.terms-line{font-size:.9rem;color:#46515c;border-top:1px solid #d8d4c8;padding-top:1rem}
.tags-links{font-family:"Segoe UI",Helvetica,sans-serif;font-size:.85rem;margin:1rem 0 0}
.tags-links a{display:inline-block;background:#efece3;padding:.15rem .6rem;border-radius:1rem;
  text-decoration:none}
.related-posts{border-top:3px solid #c9a227;margin-top:3rem;padding-top:1.5rem}
.related-posts article{margin:0 0 1.5rem}.related-posts h3{margin:0 0 .25rem;font-size:1.1rem}
.widget-area{font-size:.95rem}.widget{margin:0 0 2rem}.widget-title{font-size:1rem;text-transform:uppercase}
.widget ul{padding-left:1.1rem;margin:0}.widget li{margin:0 0 .4rem}
.newsletter input{width:100%;padding:.5rem;border:1px solid #b8bfc5;border-radius:.25rem;margin:0 0 .5rem}
.newsletter button{background:#0b5a7a;color:#fff;border:0;padding:.5rem 1rem;border-radius:.25rem}
.pagination{display:flex;gap:1rem;justify-content:space-between;margin:2rem 0}
.site-footer{background:#13222d;color:#d6dde2;padding:2rem 1.5rem;
  font-size:.9rem}.site-footer a{color:#f2d675}
.screen-reader-text{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);
  white-space:nowrap}
@media print{.site-header,.widget-area,.related-posts,.support-box,.site-footer{display:none}}
"""

SCRIPT = """
document.documentElement.classList.remove('no-js');
document.addEventListener('DOMContentLoaded', function () {
  var button = document.querySelector('.menu-toggle');
  var menu = document.querySelector('.main-navigation ul');
  if (button) {
    button.addEventListener('click', function () {
      var open = button.getAttribute('aria-expanded') === 'true';
      button.setAttribute('aria-expanded', String(!open));
      menu.hidden = open;
    });
  }
  Array.prototype.forEach.call(document.querySelectorAll('.newsletter form'), function (form) {
    form.addEventListener('submit', function (event) {
      var field = form.querySelector('input[type=email]');
      if (!field.value) { event.preventDefault(); field.focus(); }
    });
  });
});
"""

_PALETTE = {
    "ink": "#1d2733",
    "paper": "#fbfaf7",
    "amber": "#c9a227",
    "harbour": "#0b5a7a",
    "ice": "#eef4f6",
    "slate": "#46515c",
    "foam": "#d6dde2",
    "night": "#13222d",
}


# Real pages contain tens of kilobytes of this; without it, the pages would be too easy a test for readers.
def stylesheet() -> str:
    """Return the style sheet: the theme's own rules, then the presets and utility classes of block themes."""
    steps = range(13)
    presets = "".join(f"--wp--preset--color--{name}:{value};" for name, value in _PALETTE.items())
    spaces = "".join(f"--wp--preset--spacing--{10 * step}:{step / 4:g}rem;" for step in steps)
    colours = "".join(
        f".has-{name}-color{{color:var(--wp--preset--color--{name}) !important}}"
        f".has-{name}-background-color{{background-color:var(--wp--preset--color--{name}) !important}}"
        f".has-{name}-border-color{{border-color:var(--wp--preset--color--{name}) !important}}\n"
        for name in _PALETTE
    )
    gaps = "".join(
        f".{side}-{step}{{{rule}:var(--wp--preset--spacing--{10 * step})}}"
        for side, rule in _SIDES.items()
        for step in steps
    )
    columns = "".join(
        f"@media(min-width:{width}rem){{{''.join(_column(prefix, count) for count in range(1, 13))}}}\n"
        for prefix, width in (("sm", 36), ("md", 48), ("lg", 64))
    )
    return f":root{{{presets}{spaces}}}{_RULES}{colours}{gaps}\n{columns}"


_SIDES = {
    "mt": "margin-top",
    "mb": "margin-bottom",
    "ml": "margin-left",
    "mr": "margin-right",
    "pt": "padding-top",
    "pb": "padding-bottom",
    "pl": "padding-left",
    "pr": "padding-right",
}


def _column(prefix: str, count: int) -> str:
    return f".{prefix}-col-{count}{{grid-column:span {count};width:{count / 0.12:.4f}%}}"


WIDTH, HEIGHT = 24, 16


def png(name: str) -> bytes:
    """Return a picture of 24 by 16 pixels with colours derived from *name* (PNG, ISO/IEC 15948)."""
    seed = zlib.crc32(name.encode("utf-8"))
    red, green, blue = seed & 0xFF, seed >> 8 & 0xFF, seed >> 16 & 0xFF
    rows = b"".join(
        b"\x00" + b"".join(bytes((red, (green + 8 * y) & 0xFF, (blue + 8 * x) & 0xFF)) for x in range(WIDTH))
        for y in range(HEIGHT)
    )
    # Eight bits per channel, true colour: no palette, no interlace (ISO/IEC 15948 section 11.2.2).
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    # Level 0 only stores, so the bytes do not depend on the installed zlib.
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 0)) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
