"""Events of a study as people read them in a terminal: translated lines, a bar while runs are computed, the status of a stop."""

from __future__ import annotations

import contextlib
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from analysis.presentation.words import Words
from analysis.study.events import (
    Computed,
    Computing,
    Created,
    Damaged,
    Event,
    Interrupted,
    Mended,
    Progress,
    Remade,
    Restored,
    Resuming,
    Unchanged,
    Warned,
    Written,
)
from app.locale import say
from app.progress import progress_display
from app.stopped import Stopped, status_of

__all__ = ["StudyLines"]


class StudyLines:
    """The listener of a study. What was found goes to standard output, what happens meanwhile to standard error.

    Attributes: written, whether results were written.
    """

    def __init__(self, folder: Path, lang: str) -> None:
        self.folder = folder
        self.lang = lang
        self.written = False
        self._bar = contextlib.ExitStack()
        self._move: Callable[[int], None] = lambda done: None
        self._interrupted: Interrupted | None = None

    @contextlib.contextmanager
    def until_stopped(self) -> Iterator[None]:
        """Turn Ctrl-C or SIGTERM at work in the folder into `Stopped`, which says how to go on."""
        try:
            yield
        except (KeyboardInterrupt, SystemExit) as stop:
            if self._interrupted is None:
                raise
            kept = f"{self._interrupted.kept} of {self._interrupted.total} runs are kept"
            again = f"asnlab resume {shlex.quote(str(self.folder))}"
            raise Stopped(f"stopped; {kept}; go on with: {again}", status_of(stop)) from None

    def __call__(self, event: Event) -> None:
        match event:
            case Warned(line):
                self._meanwhile(line)
            case Created(policies, draws, scale):
                share = Words(self.lang).percent(scale)
                self._meanwhile(say(self.lang, "running", policies=policies, draws=draws, share=share))
            case Restored(file):
                self._meanwhile(say(self.lang, "restored", file=file))
            case Damaged(file, what, first, last):
                self._meanwhile(say(self.lang, what, file=file, first=first, last=last))
            case Resuming(kept, total):
                self._meanwhile(say(self.lang, "resuming", folder=self.folder, kept=kept, total=total))
            case Computing(kept, total):
                self._move = self._bar.enter_context(progress_display(self.lang, kept, total))
            case Progress(done, _):
                self._move(done)
            case Computed():
                self._bar.close()
            case Unchanged():
                print(say(self.lang, "there", folder=self.folder))
            case Mended(runs):
                print(say(self.lang, "mended" if runs else "whole", folder=self.folder, count=runs))
            case Remade(missing):
                reason = say(self.lang, "reason_missing", file=missing) if missing else say(self.lang, "reason_lang")
                print(say(self.lang, "again", folder=self.folder, reason=reason))
            case Written():
                self.written = True
            case Interrupted():
                self._interrupted = event

    def _meanwhile(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)
