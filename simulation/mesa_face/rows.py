"""A Mesa AgentSet of views: it holds row numbers, makes an agent when one is asked for, and reads whole columns where it can.

`mesa.AgentSet` holds its agents by weak references, so views would vanish from it at once. `Rows` keeps numbers in their place and
overrides every method that touches them; a test asks each Mesa version whether one was forgotten.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any, Self

import mesa
import numpy as np
import numpy.typing as npt

from data.errors import InputError
from simulation.engine.records import Int64s, Ints
from simulation.mesa_face.attributes import Attribute
from simulation.mesa_face.host import Column, Host
from simulation.mesa_face.views import Agent, View, attributes_of, kind_of, unknown, view_of

if TYPE_CHECKING:
    import pandas as pd

AgentSet: Any = vars(mesa.agent)["AgentSet"]  # as Any: see simulation.mesa_face.views.Agent
GroupBy: Any = sys.modules[AgentSet.__module__].GroupBy  # mesa.agent in 3.3, mesa.agentset in 3.5
Member = Any  # a view, or a Mesa agent that a researcher added, with whatever attributes they gave it
REAL = -1  # stands in place of a kind for a Mesa agent that is not a view


class Rows(AgentSet):  # type: ignore[misc]
    """Agents of a model in an order: views of rows, and real Mesa agents that a researcher added.

    Args:
        model: the city.
        kinds: int8, one an agent: place of its class in `model.kinds`, or REAL.
        at: int64, one an agent: its row, or for real agents its place in `real`.
        real: the real agents.
    """

    random: Random

    def __init__(self, model: Host, kinds: npt.ArrayLike, at: npt.ArrayLike, real: Iterable[Member] = ()) -> None:
        self.model, self.random = model, model.random
        self._kinds, self._at, self._real = np.asarray(kinds, np.int8), np.asarray(at, np.int64), list(real)

    @classmethod
    def of(cls, model: Host, base: type[View], rows: npt.ArrayLike) -> Self:
        """The agents of a kind in these rows."""
        kind = model.kinds.index(kind_of(model, base))
        return cls(model, np.full(np.size(rows), kind), rows)

    # --- holding -----------------------------------------------------------------------------------------------------------------

    def _agent(self, i: int) -> Member:
        kind, at = int(self._kinds[i]), int(self._at[i])
        return self._real[at] if kind == REAL else view_of(self.model.kinds[kind], self.model, at)

    def _taken(self, chosen: Ints | npt.NDArray[np.bool_] | slice, inplace: bool = False) -> Rows:
        """The agents at these places (or where a mask is true), in that order."""
        if not inplace:
            return Rows(self.model, self._kinds[chosen], self._at[chosen], self._real)
        self._kinds, self._at = self._kinds[chosen], self._at[chosen]
        return self

    def _place(self, agent: object) -> int | None:
        """Place of an agent, None when it is not here."""
        if isinstance(agent, View) and type(agent) in self.model.kinds:
            if agent.model is not self.model:
                return None
            here = (self._kinds == self.model.kinds.index(type(agent))) & (self._at == agent.row)
        else:
            places = [i for i, other in enumerate(self._real) if other is agent]
            here = (self._kinds == REAL) & np.isin(self._at, places)
        found = np.flatnonzero(here)
        return int(found[0]) if found.size else None

    def _update(self, agents: Iterable[Member]) -> Rows:
        self._kinds, self._at, self._real = np.zeros(0, np.int8), np.zeros(0, np.int64), []
        kinds: list[int] = []
        at: list[int] = []
        for agent in dict.fromkeys(agents):
            if isinstance(agent, View) and type(agent) in self.model.kinds and agent.model is self.model:
                kinds.append(self.model.kinds.index(type(agent)))
                at.append(agent.row)
            else:
                kinds.append(REAL)
                at.append(len(self._real))
                self._real.append(agent)
        self._kinds, self._at = np.array(kinds, np.int8), np.array(at, np.int64)
        return self

    def _from_iterable(self, agents: Iterable[Member]) -> Rows:
        """Result of `&`, `|`, `-` and `^`."""
        return Rows(self.model, [], [])._update(agents)

    def __len__(self) -> int:
        return len(self._at)

    def __iter__(self) -> Iterator[Member]:
        return (self._agent(i) for i in range(len(self)))

    def __contains__(self, agent: object) -> bool:
        return self._place(agent) is not None

    def __getitem__(self, item: int | slice) -> Member:
        if isinstance(item, slice):
            return list(self._taken(item))
        return self._agent(range(len(self))[item])

    def __repr__(self) -> str:
        count = {k.__name__: int((self._kinds == i).sum()) for i, k in enumerate(self.model.kinds)}
        count["other agents"] = int((self._kinds == REAL).sum())
        return f"Rows({', '.join(f'{n} {name}' for name, n in count.items() if n) or 'empty'})"

    def __getstate__(self) -> dict[str, object]:
        return dict(self.__dict__)

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)

    def copy(self) -> Rows:
        """The same agents in a set of its own."""
        return self._taken(slice(None))

    def to_list(self) -> list[Member]:
        """Every agent, made now."""
        return list(self)

    def add(self, agent: object) -> None:
        """Append an agent, unless it is here; this does not add anybody to the city."""
        if agent not in self:
            self._update([*self, agent])

    def discard(self, agent: object) -> None:
        """Leave an agent out, if it is here."""
        place = self._place(agent)
        if place is not None:
            self._taken(np.arange(len(self)) != place, inplace=True)

    def remove(self, agent: object) -> None:
        """Leave an agent out. Raises KeyError when it is not here."""
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def kinds_and_rows(self) -> tuple[Int64s, Int64s]:
        """For each agent the code of its kind (see `View.code`) and its row; for an agent that is no view 0 and its unique_id."""
        codes = np.array([*(issubclass(kind, View) and kind.code for kind in self.model.kinds), 0], dtype=np.int64)[
            self._kinds
        ]
        rows = self._at.copy()
        for i in np.flatnonzero(self._kinds == REAL):
            rows[i] = self._agent(int(i)).unique_id
        return codes, rows

    # --- choosing and ordering ---------------------------------------------------------------------------------------------------

    def select(
        self, filter_func: Callable[[Member], object] | npt.ArrayLike | None = None, at_most: float = float("inf"), inplace: bool = False,
        agent_type: type | None = None,
    ) -> Rows:  # fmt: skip
        """The agents that pass, the first `at_most` of them (a float up to 1 is a share), of a type.

        filter_func: a function of an agent, or an array of true and false with one entry an agent, which is far quicker:
        `citizens.select(citizens.values("trust") < 0.3)`.
        """
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        keep = np.ones(len(self), dtype=bool)
        if agent_type is not None:
            fits = [issubclass(k, agent_type) for k in self.model.kinds]
            keep = np.array([*fits, False])[self._kinds]
            for i in np.flatnonzero(self._kinds == REAL):
                keep[i] = isinstance(self._agent(int(i)), agent_type)
        if filter_func is not None and not callable(filter_func):
            mask = np.asarray(filter_func, dtype=bool)
            if mask.shape != keep.shape:
                raise ValueError(
                    f"select: a mask of shape {mask.shape} for {len(self)} agents; one entry an agent is needed"
                )
            keep = keep & mask
        found = (i for i in np.flatnonzero(keep) if not callable(filter_func) or filter_func(self._agent(int(i))))
        chosen = list(islice(found, None if at_most == float("inf") else int(at_most)))
        return self._taken(np.array(chosen, dtype=np.int64), inplace)

    def shuffle(self, inplace: bool = False) -> Rows:
        """The agents in a random order, from `model.random`."""
        order = list(range(len(self)))
        self.random.shuffle(order)
        return self._taken(np.array(order, dtype=np.int64), inplace)

    def sort(self, key: Callable[[Member], Any] | str, ascending: bool = False, inplace: bool = False) -> Rows:
        """The agents in the order of an attribute or of a function; largest first unless ascending, ties as they stand."""
        values = self.get(key) if isinstance(key, str) else [key(agent) for agent in self]
        order = sorted(range(len(self)), key=values.__getitem__, reverse=not ascending)
        return self._taken(np.array(order, dtype=np.int64), inplace)

    def groupby(self, by: Callable[[Member], Any] | str, result_type: str = "agentset") -> Any:
        """Agents by the value of an attribute or of a function: Mesa's GroupBy of sets, or of lists with result_type="list"."""
        places: dict[object, list[int]] = {}
        for i, value in enumerate(self.get(by) if isinstance(by, str) else [by(agent) for agent in self]):
            places.setdefault(value, []).append(i)
        groups = {value: self._taken(np.array(chosen)) for value, chosen in places.items()}
        return GroupBy(groups if result_type == "agentset" else {k: list(v) for k, v in groups.items()})

    # --- reading and writing -----------------------------------------------------------------------------------------------------

    def _columns(self, name: str) -> Iterator[tuple[Ints, Attribute | None, type]]:
        """For each kind here: the places of its agents, the attribute when it is a column (else None), the class."""
        for kind in np.unique(self._kinds):
            cls: type = Agent if kind == REAL else self.model.kinds[kind]
            found = getattr(cls, name, None)
            yield np.flatnonzero(self._kinds == kind), found if isinstance(found, Attribute) else None, cls

    def values(self, name: str) -> Column:
        """An attribute of every agent as an array; the quick way for sets of one kind. Raises AttributeError as `get` does."""
        parts = list(self._columns(name))
        if len(parts) == 1 and parts[0][1] is not None:
            return parts[0][1].values(self.model, self._at)
        return np.array(self.get(name))

    def to_frame(self, attributes: Iterable[str] | None = None) -> pd.DataFrame:
        """The agents as a table: a column `row`, then one column an attribute, in the order of the class.

        `attrs["units"]` of the table holds the unit of each attribute that has one, `attrs["attributes"]` what each is.

        Args: attributes, names of those that are wanted, in the order wanted; default all.
        Raises: InputError for agents of several kinds, or that are no rows of the city; AttributeError, with the nearest, for a name that
            the kind does not have.
        """
        import pandas as pd

        kinds = np.unique(self._kinds).tolist()
        if len(kinds) != 1 or kinds[0] == REAL:
            raise InputError(f"to_frame: found {self!r}; agents of one kind are needed, such as model.citizens")
        kind = self.model.kinds[kinds[0]]
        declared = attributes_of(kind)
        wanted = list(declared) if attributes is None else list(attributes)
        for name in wanted:
            if name not in declared:
                raise AttributeError(unknown(kind, name))
        columns = {name: declared[name].values(self.model, self._at) for name in wanted}
        table = pd.DataFrame({"row": self._at.copy(), **columns})
        table.attrs["units"] = {name: declared[name].unit for name in wanted if declared[name].unit}
        table.attrs["attributes"] = {name: declared[name].__doc__ for name in wanted}
        return table

    def get(
        self, attr_names: str | Iterable[str], handle_missing: str = "error", default_value: object = None
    ) -> list[Any]:
        """An attribute of every agent as a list; for a list of names, a list of lists.

        Raises: AttributeError, with the nearest name, when an agent lacks it and handle_missing is "error"; ValueError when
        handle_missing is neither "error" nor "default".
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing: found {handle_missing!r}; allowed: 'error', 'default'")
        if not isinstance(attr_names, str):
            found = [self.get(name, handle_missing, default_value) for name in attr_names]
            return [list(row) for row in zip(*found, strict=True)] if found else [[] for _ in range(len(self))]
        out: list[Any] = [None] * len(self)
        for places, attribute, _ in self._columns(attr_names):
            if attribute is not None:
                read = attribute.values(self.model, self._at[places]).tolist()
            elif handle_missing == "error":
                read = [getattr(self._agent(int(i)), attr_names) for i in places]
            else:
                read = [getattr(self._agent(int(i)), attr_names, default_value) for i in places]
            for i, value in zip(places.tolist(), read, strict=True):
                out[i] = value
        return out

    def set(self, attr_name: str, value: object) -> Rows:
        """Set an attribute of every agent to one value, or to an array with one value an agent."""
        many = value if isinstance(value, np.ndarray) and value.ndim == 1 else None
        if many is not None and len(many) != len(self):
            raise ValueError(f"set {attr_name}: {len(many)} values for {len(self)} agents")
        parts = list(self._columns(attr_name))
        for places, _, cls in parts:
            if issubclass(cls, View) and not hasattr(cls, attr_name):
                setattr(self._agent(int(places[0])), attr_name, None)  # raises, before anything is written
        for places, attribute, _ in parts:
            if attribute is not None:
                attribute.put(self.model, self._at[places], value if many is None else many[places])
                continue
            for i in places:
                setattr(self._agent(int(i)), attr_name, value if many is None else many[i])
        return self

    def agg(self, attribute: str, func: Any) -> Any:
        """A function of the array of an attribute's values (np.mean, max ...), or several functions as a list."""
        values = self.values(attribute)
        return func(values) if callable(func) else [f(values) for f in func]

    # --- acting ------------------------------------------------------------------------------------------------------------------

    def _acting(self) -> Iterator[Member]:
        """Agents in turn, without the real ones that an earlier one removed from the model."""
        return (agent for agent in self if isinstance(agent, View) or agent in self.model._all_agents)

    def map(self, method: Callable[..., Any] | str, *args: object, **kwargs: object) -> list[Any]:
        """The value that a method (by name) or a function returns for each agent."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self._acting()]
        return [method(agent, *args, **kwargs) for agent in self._acting()]

    def do(self, method: Callable[..., object] | str, *args: object, **kwargs: object) -> Rows:
        """Call a method (by name) or a function for each agent in turn."""
        for agent in self._acting():
            getattr(agent, method)(*args, **kwargs) if isinstance(method, str) else method(agent, *args, **kwargs)
        return self

    def shuffle_do(self, method: Callable[..., object] | str, *args: object, **kwargs: object) -> Rows:
        """`shuffle`, then `do`; the order of this set stays."""
        self.shuffle().do(method, *args, **kwargs)
        return self
