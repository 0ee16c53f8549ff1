"""Cost: run a command and weigh the processor time of it and of every process that it leaves behind.

Readers are children of a fork server, not of the command. Linux gives the orphans of a process to its nearest
subreaper (prctl(2), PR_SET_CHILD_SUBREAPER), so this module runs in a process of its own, is that subreaper, and waits
until no process of the tree is left: what the kernel then counts for its children is the whole of it.

    python benchmarks/cost.py RESULT.json COMMAND...
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took.

    Attributes:
        cpu: seconds of processor time, user and system, of the whole tree.
        own: those of the command's own process, its readers left out.
        wall: seconds by the clock.
        peak: the largest resident size of one process of the tree, in KiB.
        code: the exit code of the command.
    """

    cpu: float
    own: float
    wall: float
    peak: int
    code: int


def cost_of(command: list[str], scratch: Path, environment: dict[str, str] | None = None) -> Cost:
    """Run *command* to its end and return its cost; what it prints lies in *scratch* then."""
    result = scratch / "cost.json"
    with (scratch / "printed").open("wb") as printed:
        weigh = [sys.executable, __file__, str(result), *command]
        subprocess.run(weigh, check=True, stdout=printed, stderr=subprocess.STDOUT, env=environment)
    return Cost(**json.loads(result.read_text(encoding="utf-8")))


def weigh(command: list[str]) -> Cost:
    """Run *command* in this process's care; for a process that does nothing else."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no subreaper: this benchmark needs Linux")
    began = time.monotonic()
    child = os.posix_spawnp(command[0], command, os.environ)
    code, own = 1, 0.0
    while True:
        try:
            pid, status, used = os.wait4(-1, 0)
        except ChildProcessError:
            break
        if pid == child:
            code, own = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
    tree = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(tree.ru_utime + tree.ru_stime, own, time.monotonic() - began, tree.ru_maxrss, code)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(asdict(weigh(sys.argv[2:]))), encoding="utf-8")
