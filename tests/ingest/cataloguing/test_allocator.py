"""Memory of large responses that is released in many threads returns to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

ANSWERS = """
import queue, threading
from ingest.cataloguing.allocator import map_long_blocks

def pages():
    return int(open("/proc/self/statm").read().split()[1])

def fetch():
    for _ in range(4):
        answer = bytearray()
        while len(answer) < 6 << 20:
            answer += bytes(65536)
        fetched.put(bytes(answer))

map_long_blocks()
bytes(20 << 20)  # release a large block: glibc takes it as a sign that more will follow
fetched, kept, before = queue.SimpleQueue(), [], pages()
threads = [threading.Thread(target=fetch) for _ in range(8)]
for thread in threads:
    thread.start()
for _ in range(4 * len(threads)):
    kept.append(fetched.get()[:2000])
for thread in threads:
    thread.join()
print((pages() - before) * 4096 >> 20)
"""


@pytest.mark.slow
def test_memory_of_released_long_responses_returns_to_the_system() -> None:
    ended = subprocess.run([sys.executable, "-c", ANSWERS], capture_output=True, text=True, timeout=300, check=True)
    assert int(ended.stdout) < 8
