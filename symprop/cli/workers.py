"""Judging documents in processes of their own, as many at once as there are cores.

One that hangs, dies or wants all the memory costs its own verdicts and nothing else.  Each has a fresh process, forked
from one that has everything loaded (some milliseconds), so no document can change what is found in another.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symprop.check.results import Refused, Result
from symprop.errors import ExitCode, InputError

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from symprop.model.network import Network


LENGTH = 200_000
"""Characters of a document that is not yet long: a hundred pages."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may use: seconds of wall clock, bytes of memory (where the system can limit them).

    A long document has more time: as much again for each ``LENGTH`` characters.
    """

    seconds: float = 60.0
    memory: int = 512 * 2**20

    def time_for(self, text: str) -> float:
        """Seconds for the document *text*."""
        return self.seconds * (1 + len(text) // LENGTH)


@dataclass(frozen=True, slots=True)
class Job:
    """A document to judge: its text, its name in messages, and the networks that say what its names mean."""

    text: str
    name: str
    networks: Sequence[Network] = ()


def judge_all(jobs: Iterable[Job | Refused], limits: Limits, at_once: int | None = None) -> Iterator[Result]:
    """The result of each of *jobs* in their order; those already refused pass through.

    *jobs* are taken as cores become free, *at_once* at a time (default: the cores that this process may use).  Closing
    the iterator, or an exception in it, kills what is running.

    Raises:
        KeyboardInterrupt: Ctrl-C; nothing is left running.
    """
    room = max(1, at_once or _cores())
    waiting, running, done = enumerate(jobs), dict[int, _Worker](), dict[int, Result]()
    more, given = True, 0
    try:
        while more or running or done:
            while more and len(running) < room:
                number, job = next(waiting, (0, None))
                if job is None:
                    more = False
                elif isinstance(job, Refused):
                    done[number] = job
                else:
                    running[number] = _Worker(job, limits)
            if running and given not in done:
                _wait(running.values())
            for number in [number for number, worker in running.items() if worker.is_done()]:
                done[number] = running[number].result()
                del running[number]  # only now: an interruption would have missed it
            while given in done:
                yield done.pop(given)
                given += 1
    finally:
        for worker in running.values():
            worker.kill()


def _wait(workers: Iterable[_Worker]) -> None:
    """Sleep until one of *workers* has something to say, ends, or has had its time."""
    workers = list(workers)
    rest = min(worker.deadline for worker in workers) - time.monotonic()
    wait([worker.pipe for worker in workers], max(rest, 0))


def _cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Worker:
    """One document in one process."""

    def __init__(self, job: Job, limits: Limits) -> None:
        self.job = job
        context = _context()
        self.pipe, theirs = context.Pipe(duplex=False)
        self.process: BaseProcess = context.Process(target=_work, args=(job, limits, theirs), daemon=True)
        with _signals_held(), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads, of which the command has one
            self.process.start()
        theirs.close()  # so that the end of the process is the end of the pipe
        self.seconds = limits.time_for(job.text)
        self.deadline = time.monotonic() + self.seconds

    def is_done(self) -> bool:
        """Whether there is a result, or will never be one."""
        return self.pipe.poll() or time.monotonic() >= self.deadline

    def result(self) -> Result:
        """What was found, or why nothing was."""
        try:
            found: Result | None = self.pipe.recv() if self.pipe.poll() else None
        except (EOFError, OSError):
            self.process.join(5)
            return self.died()
        finally:
            self.kill()
        if found is not None:
            return found
        return self.too_slow()

    def too_slow(self) -> Refused:
        """The document had its time."""
        message = f"judging it takes more than {self.seconds:g} s"
        return Refused(self.job.name, message, hint="split it into shorter documents")

    def died(self) -> Refused:
        """The process ended without a result: the system took its life, or something in it crashed."""
        number = -(self.process.exitcode or 0)
        if number == getattr(signal, "SIGXCPU", None):
            return self.too_slow()
        how = f" by signal {number}" if number > 0 else ""
        return Refused(self.job.name, f"the process that judged it was ended{how}", ExitCode.BUG)

    def kill(self) -> None:
        """End the process if it still runs, and wait until it is gone."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _context() -> Any:
    """How processes are made: a fork of this one where that is safe, else of a server that has the judge loaded."""
    if sys.platform == "linux":
        import symprop.check.checker  # noqa: F401 - loaded once, here, for all of them

        return multiprocessing.get_context("fork")
    if "forkserver" in multiprocessing.get_all_start_methods():
        multiprocessing.set_forkserver_preload(["symprop.check.checker"])
        return multiprocessing.get_context("forkserver")
    return multiprocessing.get_context("spawn")


@contextmanager
def _signals_held() -> Iterator[None]:
    """No Ctrl-C while a process is born: it would meet our handlers there and print a traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_ENDING = (signal.SIGINT, signal.SIGTERM)


def _work(job: Job, limits: Limits, pipe: Connection) -> None:
    """The life of a process: limits, one document, its result into the pipe."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    if not os.environ.get("SYMPROP_DEBUG"):
        _fall_silent()
    _limit(limits.time_for(job.text), limits.memory)
    result = guarded(_judge, job, limits)
    try:
        pipe.send(result)  # pickles all of it before the first byte leaves
    except Exception as error:  # noqa: BLE001 - a report that cannot travel is our bug, and told like one
        pipe.send(_bug(job, error))


def _fall_silent() -> None:
    """Nothing from here reaches the terminal, not even the interpreter's last words when memory is gone."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)


def _judge(job: Job) -> Result:
    from symprop.check.checker import check

    return check(job.text, job.name, job.networks)


def guarded(judge: Callable[[Job], Result], job: Job, limits: Limits) -> Result:
    """What *judge* makes of *job*; whatever it raises becomes a refusal that says who must act."""
    try:
        return judge(job)
    except InputError as error:
        return Refused.by(job.name, error)
    except MemoryError:
        message = f"judging it takes more than {limits.memory // 2**20} MB of memory"
        return Refused(job.name, message, hint="split it into shorter documents")
    except Exception as error:  # noqa: BLE001 - the last line of defence of one document; the others go on
        if os.environ.get("SYMPROP_DEBUG"):
            traceback.print_exc()
        return _bug(job, error)


def _bug(job: Job, error: Exception) -> Refused:
    return Refused(job.name, f"{type(error).__name__}: {' '.join(str(error).split())}", ExitCode.BUG)


def _limit(seconds: float, memory: int) -> None:
    """Let the system bound what this process uses; of time, in case that the parent was killed and watches no more.

    The alarm clock is left to the judge.
    """
    try:
        import resource
    except ImportError:
        return
    # Memory is what a process writes to, and not its address space, of which shared libraries reserve as much as they like.
    bounds = {resource.RLIMIT_CPU: int(seconds) + 5, resource.RLIMIT_DATA: _in_use() + memory}
    for kind, bound in bounds.items():
        _, most = resource.getrlimit(kind)
        with suppress(ValueError, OSError):  # a system that knows the limit but does not have it
            resource.setrlimit(kind, (bound if most == resource.RLIM_INFINITY else min(bound, most), most))


def _in_use() -> int:
    """Bytes that this process has already, which it shares with the one that it was forked from; 0 where nobody says."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[5]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
