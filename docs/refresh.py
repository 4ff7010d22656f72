"""Write again every number, table, figure and output in the documentation: `make docs`.

What is rewritten, and nothing else: blocks between `<!-- begin NAME -->` and `<!-- end NAME -->`, the ```text output below a
```python block of README.md, docs/parameters.md as a whole, docs/figures/, and the outputs of the notebooks. Tests make the same
content again and fail when a file differs. `python -m docs.refresh parameters odd` refreshes some parts only.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from docs import default_run
from docs.tables import arithmetic, class_counts, levers, parameters_page, seats

ROOT = Path(__file__).resolve().parents[1]
README, ODD, PARAMETERS = ROOT / "README.md", ROOT / "docs" / "odd.md", ROOT / "docs" / "parameters.md"
NOTEBOOKS = ROOT / "notebooks"
FIGURE = ROOT / "docs" / "figures" / default_run.FIGURE
BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```\n)?", re.DOTALL | re.MULTILINE)


def filled(text: str, name: str, body: str) -> str:
    """The text with the body of the block `name` replaced. Raises KeyError unless the block stands there exactly once."""
    pattern = re.compile(rf"(<!-- begin {name} -->\n)(?:.*?\n)?(<!-- end {name} -->)", re.DOTALL)
    if len(pattern.findall(text)) != 1:
        raise KeyError(f"block {name}: needed exactly once")
    return pattern.sub(lambda match: f"{match.group(1)}{body}\n{match.group(2)}", text)


def code_blocks(text: str) -> Iterator[re.Match[str]]:
    """Python blocks of a Markdown text in order, each with the output that stands below it."""
    return BLOCK.finditer(text)


def outputs(text: str) -> Iterator[str]:
    """What each Python block prints, all run one after another in one namespace, in the project's folder."""
    names: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.chdir(ROOT), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for block in code_blocks(text):
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(block["code"], "README.md", "exec"), names)
            yield "".join(f"{line.rstrip()}\n" for line in printed.getvalue().splitlines())


def with_outputs(text: str) -> str:
    """The text with the output below each Python block written again; blocks that print nothing have none."""
    printed = outputs(text)

    def written(block: re.Match[str]) -> str:
        below = next(printed)
        return f"```python\n{block['code']}```\n" + (f"\n```text\n{below}```\n" if below else "")

    return BLOCK.sub(written, text)


def with_run(text: str, printed: str) -> str:
    """README with what a run printed."""
    return filled(text, "run", f"```text\n{printed}\n```")


def with_tables(text: str) -> str:
    """The ODD with its tables of levers and seats and its arithmetic."""
    bodies = {"levers": levers(), "seats": seats(), "arithmetic": arithmetic()}
    for name, body in bodies.items():
        text = filled(text, name, body)
    return text


def with_classes(text: str) -> str:
    """README with the count of parameters by class."""
    return filled(text, "classes", class_counts())


def executed(script: Path) -> Any:
    """The notebook of a py:percent script with its cells run; cell numbers as ids and no times, so that only results differ."""
    import jupytext
    from nbclient import NotebookClient

    notebook = jupytext.read(script)
    notebook.metadata.pop("jupytext", None)
    notebook.metadata["jupytext"] = {"formats": "ipynb,py:percent"}
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata["language_info"] = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"}
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:02d}"
    NotebookClient(
        notebook, record_timing=False, coalesce_streams=True, resources={"metadata": {"path": str(NOTEBOOKS)}}
    ).execute()
    notebook.metadata["language_info"] = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"}
    return notebook


def write(file: Path, text: str) -> None:
    """Write a text file when it changes, and say so."""
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8", newline="\n")
        name = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
        print(f"docs: wrote {name.as_posix()}")


def refresh_parameters() -> None:
    """docs/parameters.md from the registry, the estimates and the posterior (`make posterior` comes before)."""
    write(PARAMETERS, parameters_page())


def refresh_odd() -> None:
    """Tables of docs/odd.md that follow from declarations, prices and medians."""
    write(ODD, with_tables(ODD.read_text(encoding="utf-8")))


def refresh_readme() -> None:
    """README.md, its figure and docs/default_run/, from the default run; outputs of README's own Python blocks."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "tangsel"
        text = with_run(README.read_text(encoding="utf-8"), default_run.run(out))
        figure = default_run.figure_of(out)
        kept = default_run.keep(out)
    write(README, with_outputs(with_classes(text)))
    write(FIGURE, figure)
    for file, content in kept.items():
        file.parent.mkdir(exist_ok=True)
        write(file, content)


def refresh_notebooks() -> None:
    """Outputs of the notebooks, from their scripts."""
    import nbformat

    for script in sorted(NOTEBOOKS.glob("*.py")):
        write(script.with_suffix(".ipynb"), nbformat.writes(executed(script)) + "\n")


PARTS: dict[str, Callable[[], None]] = {
    "parameters": refresh_parameters,
    "odd": refresh_odd,
    "readme": refresh_readme,
    "notebooks": refresh_notebooks,
}


def run_parts(asked: list[str], parts: dict[str, Callable[[], None]]) -> int:
    """Refresh the parts asked for, by default all; returns the status of the process."""
    unknown = [name for name in asked if name not in parts]
    if unknown:
        print(f"docs: {unknown[0]}: unknown part; allowed: {', '.join(parts)}", file=sys.stderr)
        return 2
    for name in asked or parts:
        parts[name]()
    return 0


if __name__ == "__main__":
    sys.exit(run_parts(sys.argv[1:], PARTS))
