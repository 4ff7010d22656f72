"""Read YAML with line numbers, so that an error can name the file, the line and the key."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from data.errors import InputError, nearest, nearest_file

Model = TypeVar("Model", bound=BaseModel)
Lines = dict[tuple[Any, ...], int]
LONGEST_SHOWN = 80  # characters of a value in a message


class _Loader(yaml.SafeLoader):
    """Safe loader that leaves dates as text (the date in a policy's header is only a label)."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if tag != "tag:yaml.org,2002:timestamp"]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(file: Path) -> tuple[dict[str, Any], Lines]:
    """Content of a YAML mapping and the line of each key. Raises InputError when missing, unreadable or not a mapping."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        others = [f.name for f in file.parent.glob("*.y*ml")] if file.parent.is_dir() else []
        close = nearest_file(file.name, others)
        raise InputError(
            f"{file}: no such file" + (f"; did you mean '{file.parent / close}'?" if close else "")
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read: {error}") from None
    try:
        node = yaml.compose(text, Loader=_Loader)
        lines: Lines = {}
        if node is not None:
            _walk(node, (), lines, file)
        content = yaml.load(text, Loader=_Loader)
    except (RecursionError, TypeError):
        raise InputError(f"{file}: not plain YAML: keys must be words, and nothing may contain itself") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}" if mark else ""
        raise InputError(
            f"{file}{place}: not valid YAML: {one_line(getattr(error, 'problem', None) or error)}"
        ) from None
    if not isinstance(content, dict):
        raise InputError(f"{file}: found {type(content).__name__}; a mapping of keys and values is needed")
    return content, lines


def one_line(text: object) -> str:
    """A message without line breaks."""
    return " ".join(str(text).split())


def _walk(node: Any, path: tuple[Any, ...], lines: Lines, file: Path) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, key.value)
            if here in lines:
                raise InputError(f"{file}:{key.start_mark.line + 1}: {'.'.join(map(str, here))}: this key stands twice")
            lines[here] = key.start_mark.line + 1
            _walk(value, here, lines, file)
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            _walk(value, (*path, i), lines, file)


def build(model: type[Model], content: dict[str, Any], lines: Lines, file: Path) -> Model:
    """Check content against a model. Raises InputError with one line for the first fault: file, line, key, what is allowed."""
    try:
        return model.model_validate(tuples(content))
    except ValidationError as error:
        where = tuple(error.errors()[0]["loc"])
        line = next((lines[where[:n]] for n in range(len(where), -1, -1) if where[:n] in lines), 1)
        raise InputError(f"{file}:{line}: {explained(model, error, 'file')}") from None


def explained(model: type[BaseModel], error: ValidationError, whole: str) -> str:
    """The first fault of a model in one line: where, what was found, what is allowed. whole: what a fault of all is said of."""
    fault = error.errors()[0]
    where = tuple(fault["loc"])
    place = ".".join(str(part) for part in where) or whole
    return one_line(f"{place}: {_explain(model, where, fault)}" if place else _explain(model, where, fault))


def tuples(tree: Any) -> Any:
    """Lists become tuples (strict models do not convert them); whole numbers stay as written."""
    if isinstance(tree, dict):
        return {key: tuples(value) for key, value in tree.items()}
    return tuple(tuples(value) for value in tree) if isinstance(tree, list) else tree


def _explain(model: type[BaseModel], where: tuple[Any, ...], fault: Any) -> str:
    match fault["type"]:
        case "extra_forbidden":
            allowed = _keys(model, where[:-1])
            close = nearest(str(where[-1]), allowed)
            return "unknown key; " + (f"did you mean '{close}'?" if close else f"allowed: {', '.join(allowed)}")
        case "missing":
            return "missing; this key is needed"
        case "literal_error":
            close = nearest(
                str(fault["input"]), [w.strip("' ") for w in fault["ctx"]["expected"].replace(" or ", ",").split(",")]
            )
            hint = f"; did you mean '{close}'?" if close else ""
            return f"found {_shown(fault)}; allowed: {fault['ctx']['expected']}{hint}"
        case "dict_type":
            return f"found {_shown(fault)}; a mapping of names and values is needed"
        case "tuple_type":
            return f"found {_shown(fault)}; a list in brackets is needed"
        case "value_error":
            return str(fault["ctx"]["error"])
        case _:
            found = "" if isinstance(fault["input"], dict) else f"found {_shown(fault)}; "
            message = str(fault["msg"])
            return found + message[0].lower() + message[1:]


def _shown(fault: Any) -> str:
    """What was found, cut where it is long."""
    return f"{fault['input']!r:.{LONGEST_SHOWN}}"


def _keys(model: type[BaseModel], where: tuple[Any, ...]) -> list[str]:
    """Names allowed in the block at one place of the model."""
    here: Any = model
    named = False  # the last step entered a mapping whose keys are names that people choose
    for part in where:
        if named:
            named = False
            continue
        field = getattr(here, "model_fields", {}).get(part)
        if field is None:
            return []
        named = getattr(field.annotation, "__origin__", None) is dict
        here = next(
            (t for t in (field.annotation, *getattr(field.annotation, "__args__", ())) if hasattr(t, "model_fields")),
            None,
        )
    return list(getattr(here, "model_fields", {}))
