"""Chain: CPU time per page, from fetch to searchable, of `creditline run` compared with a naive chain (`naive.py`).

Both fetch the same generated pages from nginx on loopback, in turn (A B A B ...). `cost.py` measures the whole process
tree of each. The site is made by a generator next to the repository, in ../shared/sites.

    python benchmarks/chain.py [--pages 2000] [--rounds 3] [--keep FOLDER]
"""

import argparse
import grp
import importlib.util
import json
import os
import pwd
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cost import Cost, cost_of

HERE = Path(__file__).resolve().parent
GENERATOR = HERE.parents[1] / "shared" / "sites" / "gensite.py"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
PORT = 8807  # part of every URL of the site, and so of its bytes
SITE = f"http://127.0.0.1:{PORT}"
AIM = 0.5


@dataclass(frozen=True, slots=True)
class Bench:
    """The number of pages, the folder of the generated site, and a folder for the output of the chains."""

    pages: int
    site: Path
    scratch: Path


def generate(bench: Bench) -> None:
    """Generate the site; the same number of pages gives the same bytes."""
    command = [sys.executable, str(GENERATOR), str(bench.site), "-n", str(bench.pages), "--base", SITE]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def served(bench: Bench) -> Iterator[None]:
    """Serve the site with nginx until the block ends."""
    folder = bench.scratch / "nginx"
    folder.mkdir()
    scratch = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    settings = folder / "nginx.conf"
    settings.write_text(
        f"""daemon off; {_as_ourselves()}worker_processes 1; pid {folder}/pid; error_log {folder}/errors;
        events {{}}
        http {{ types {{ text/html html; text/xml xml; image/jpeg jpg; text/plain txt; }}
        charset utf-8; access_log off; {scratch}
        server {{ listen 127.0.0.1:{PORT}; root {bench.site / "www"}; index index.html index.xml; }} }}""",
        encoding="utf-8",
    )
    server = subprocess.Popen([NGINX, "-p", str(folder), "-e", f"{folder}/errors", "-c", str(settings)])
    try:
        _wait_for_server()
        yield
    finally:
        server.terminate()
        server.wait(timeout=10)


def _as_ourselves() -> str:
    """Return the setting that lets nginx, when started by root, read a temporary folder."""
    if os.geteuid() != 0:
        return ""
    return f"user {pwd.getpwuid(0).pw_name} {grp.getgrgid(os.getegid()).gr_name}; "


def _wait_for_server() -> None:
    for _ in range(100):
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", PORT)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"nginx does not answer on port {PORT}")


def peer_environment(bench: Bench) -> dict[str, str]:
    """Return the environment of the naive chain; if requests is missing, install it for this chain only."""
    if importlib.util.find_spec("requests") is not None:
        return dict(os.environ)
    peer = bench.scratch.parent / "peer"
    if not (peer / "requests").exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--target", str(peer), "requests"], check=True)
    return {**os.environ, "PYTHONPATH": str(peer)}


def fresh(bench: Bench, name: str) -> Path:
    """Return an empty folder for one run of a chain."""
    folder = bench.scratch / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def naive(bench: Bench, environment: dict[str, str]) -> Cost:
    """Run the naive chain over all pages."""
    folder = fresh(bench, "naive")
    urls = bench.site / "urls.txt"
    cost = cost_of([sys.executable, str(HERE / "naive.py"), str(urls), str(folder)], bench.scratch, environment)
    _must_hold(bench, cost, folder / "naive.db", "SELECT count(*) FROM items WHERE text > ''")
    return cost


def ours(bench: Bench, program: list[str]) -> Cost:
    """Run *program* (`creditline`, or `stages.py`) over all pages, which are the newest of the site."""
    folder = fresh(bench, "collection")
    (folder / "creditline.toml").write_text(
        f'[connect]\n"127.0.0.1" = "127.0.0.1:{PORT}"\n[[publisher]]\nurl = "{SITE}/"\nid = "site"\n', encoding="utf-8"
    )
    run = ["-C", str(folder), "run", "--limit", str(bench.pages)]
    cost = cost_of([*program, *run], bench.scratch)
    _must_hold(bench, cost, folder / "catalogue.db", "SELECT count(*) FROM items WHERE text > ''")
    return cost


def _must_hold(bench: Bench, cost: Cost, database: Path, count: str) -> None:
    """Check that the chain kept all pages, because a chain that drops pages is fast.

    One of the visited pages may be the front page, which is not an item.
    """
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        (rows,) = connection.execute(count).fetchone()
    if rows < 0.99 * bench.pages - 1:
        printed = (bench.scratch / "printed").read_text(encoding="utf-8", errors="replace")
        raise SystemExit(f"{database.name} holds {rows} of {bench.pages} pages (exit {cost.code})\n{printed[-2000:]}")


def stages(bench: Bench) -> dict[str, float]:
    """Return the milliseconds per page of each stage of our chain, from one run with stopwatches."""
    result = bench.scratch / "stages.json"
    cost = ours(bench, [sys.executable, str(HERE / "stages.py"), str(result)])
    spent: dict[str, float] = json.loads(result.read_text(encoding="utf-8"))
    parent = spent.pop("all of this process")
    rest = parent - sum(spent.values())
    by_stage = {"read (reader processes)": cost.cpu - cost.own, **spent, "the rest of the parent": rest}
    return {stage: 1000 * seconds / bench.pages for stage, seconds in by_stage.items()}


def compare(bench: Bench, rounds: int) -> float:
    """Run both chains in turn, print the table, and return the median ratio."""
    environment = peer_environment(bench)
    pairs: list[tuple[Cost, Cost]] = []
    for number in range(1, rounds + 1):
        pairs.append((naive(bench, environment), ours(bench, _creditline())))
        theirs, own = (1000 * cost.cpu / bench.pages for cost in pairs[-1])
        print(f"round {number}: naive {theirs:.2f}, creditline {own:.2f} ms CPU per page", flush=True)
    print(f"\n{'chain':<12} {'CPU ms/page':>12} {'wall ms/page':>13} {'peak MiB':>9}")
    for name, costs in zip(("naive", "creditline"), zip(*pairs, strict=True), strict=True):
        cpu, wall = (1000 * statistics.median(values) / bench.pages for values in _columns(costs))
        print(f"{name:<12} {cpu:12.2f} {wall:13.2f} {max(cost.peak for cost in costs) / 1024:9.0f}")
    ratio = statistics.median(own.cpu / theirs.cpu for theirs, own in pairs)
    print(f"\ncreditline takes {ratio:.2f} of the naive chain's CPU (aim: {AIM} or less)")
    return ratio


def _columns(costs: tuple[Cost, ...]) -> tuple[list[float], list[float]]:
    return [cost.cpu for cost in costs], [cost.wall for cost in costs]


def _creditline() -> list[str]:
    return [sys.executable, "-c", "from ingest.cli.app import main; main()"]


def main() -> None:
    """Compare both chains, then print how our time is distributed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="work in this folder and keep it")
    parser.add_argument("--stages-only", action="store_true", help="only print how our time is distributed")
    chosen = parser.parse_args()
    # Without compiled modules, each start would compile all of them again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for needed in (GENERATOR, Path(NGINX)):
        if not needed.exists():
            raise SystemExit(f"{needed} is missing: this benchmark needs the site generator and nginx")
    with tempfile.TemporaryDirectory() as temporary:
        root = (chosen.keep or Path(temporary)).resolve()
        bench = Bench(chosen.pages, root / "site", root / "work")
        shutil.rmtree(bench.scratch, ignore_errors=True)
        bench.scratch.mkdir(parents=True)
        generate(bench)
        with served(bench):
            if not chosen.stages_only:
                compare(bench, chosen.rounds)
            print("\nwhere it goes, CPU ms per page (one run with stopwatches):")
            for stage, spent in sorted(stages(bench).items(), key=lambda pair: -pair[1]):
                print(f"  {stage:<28} {spent:6.2f}")


if __name__ == "__main__":
    main()
