"""Cost: run a command and measure the CPU time of its whole process tree.

Our readers are children of a fork server, not of the command. Linux gives orphaned processes to their nearest subreaper
(prctl(2), PR_SET_CHILD_SUBREAPER). So this module runs in a separate process, becomes the subreaper, and waits until no
process of the tree is left. The kernel has then added up the time of all of them.

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
    """The cost of a command.

    Attributes:
        cpu: CPU time (user and system) of the whole tree, in seconds.
        own: CPU time of the command's own process, without its readers, in seconds.
        wall: run time in seconds.
        peak: the largest resident size of any single process of the tree, in KiB.
        code: the exit code of the command.
    """

    cpu: float
    own: float
    wall: float
    peak: int
    code: int


def cost_of(command: list[str], scratch: Path, environment: dict[str, str] | None = None) -> Cost:
    """Run *command* and return its cost. Its output is in the file `printed` in *scratch* afterwards."""
    result = scratch / "cost.json"
    with (scratch / "printed").open("wb") as printed:
        weigh = [sys.executable, __file__, str(result), *command]
        subprocess.run(weigh, check=True, stdout=printed, stderr=subprocess.STDOUT, env=environment)
    return Cost(**json.loads(result.read_text(encoding="utf-8")))


def weigh(command: list[str]) -> Cost:
    """Run *command* and measure it; only for a process that does nothing else."""
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
