"""What the single and the vector environment share: how their arguments are taken, shown and pickled."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import fields, replace
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar

import gymnasium as gym

from recgym.catalogue import SHIPPED, Catalogue
from recgym.catalogue.load import hold, reference_to
from recgym.core.arguments import unknown_name
from recgym.core.parameters import Parameters, ReturnParameters
from recgym.core.scenario import Scenario
from recgym.sessions.pages import fill_page
from recgym.sessions.setup import OPTION_NAMES, Options, Setup, create_setup, load_items
from recgym.task.task import Task

_OF_RETURNING = {named.name for named in fields(ReturnParameters)} - {
    named.name for named in fields(Parameters)
}


class Face:
    """An environment's arguments, and what they made.

    Attributes:
        setup: World, layout, actions and weights. It holds hidden state: give agents `task` instead.
    """

    scenario: ClassVar[Scenario]
    setup: Setup
    _arguments: dict[str, Any]
    _own_items: Catalogue | None

    def __init_subclass__(cls, **keywords: Any) -> None:
        """Fills the tables of a scenario's page in, and shows its arguments as the constructor's signature."""
        super().__init_subclass__(**keywords)
        if "scenario" not in cls.__dict__:
            return
        if cls.__doc__:
            cls.__doc__ = fill_page(cls.__doc__, cls.scenario)
        own = [
            parameter
            for parameter in inspect.signature(cls.__init__).parameters.values()
            if parameter.name != "self" and parameter.kind != inspect.Parameter.VAR_KEYWORD
        ]
        taken = [
            inspect.Parameter(named.name, inspect.Parameter.KEYWORD_ONLY, default=named.default)
            for named in (*fields(Options), *fields(cls.scenario.parameters))
        ]
        cls.__signature__ = inspect.Signature([*own, *taken])  # type: ignore[attr-defined]

    def _take(self, arguments: Mapping[str, Any]) -> Setup:
        """Makes the setup from the arguments that are not the class's own.

        Raises:
            TypeError: for one that does not exist, in Python's own words (some libraries look for them) and with the nearest name.
        """
        numbers = [named.name for named in fields(self.scenario.parameters)]
        for name in arguments:
            if name not in OPTION_NAMES and name not in numbers:
                known = list(type(self).__signature__.parameters)  # type: ignore[attr-defined]
                hint = (
                    unknown_name("argument", name, known)
                    if name not in _OF_RETURNING
                    else nobody_returns(self.scenario)
                )
                raise TypeError(
                    f"{type(self).__name__}.__init__() got an unexpected keyword argument {name!r}. {hint}"
                )
        options = Options(**{name: value for name, value in arguments.items() if name in OPTION_NAMES})
        self._own_items = None
        shipped = options.catalogue is None or (
            isinstance(options.catalogue, str) and options.catalogue in (*SHIPPED, "all")
        )
        if not shipped:
            self._own_items = load_items(self.scenario, options)
            hold(self._own_items)
            options = replace(options, catalogue=self._own_items)
        return create_setup(
            self.scenario, options, {name: value for name, value in arguments.items() if name in numbers}
        )

    def _lasting(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Returns arguments that mean the same later and elsewhere, as plain values where they are of the catalogue.

        A path or a table becomes a reference to what was made of it.
        """
        lasting = dict(arguments)
        if self._own_items is not None:
            lasting["catalogue"] = reference_to(self._own_items, lasting.get("cache_dir"))
            encoder = lasting.get("encoder")
            if isinstance(encoder, PathLike):
                lasting["encoder"] = str(Path(encoder).expanduser().absolute())
            elif not isinstance(encoder, str):
                lasting.pop("encoder", None)  # its vectors are in what is referred to
        if lasting.get("cache_dir") is not None:
            lasting["cache_dir"] = str(Path(lasting["cache_dir"]).expanduser().absolute())
        return lasting

    def _lasting_spec(self, spec: Any) -> Any:
        """Returns a spec from which the same environment can be made later and elsewhere, and which can be written as JSON."""
        if spec is not None and (self._own_items is not None or "cache_dir" in spec.kwargs):
            spec.kwargs = self._lasting(spec.kwargs)
        return spec

    @property
    def task(self) -> Task:
        """All that an agent may know, in one record that can be saved."""
        return self.setup.task

    @property
    def catalogue(self) -> Catalogue:
        """The items in play, in the order of the actions: titles, texts, categories, public vectors."""
        return self.setup.world.catalogue

    @property
    def own_catalogue(self) -> Catalogue | None:
        """The catalogue of the user's own from which the items in play were chosen; ``None`` where it is a shipped one."""
        return self._own_items

    def _check_limit(self, spec: Any) -> None:
        """Refuses episodes that the time limit of the id would cut.

        Raises:
            ValueError: if horizon times sessions is more than the registered limit.
        """
        registered = gym.registry.get(spec.id) if spec is not None else None
        limit = None if registered is None else registered.max_episode_steps
        if limit is not None and self.setup.horizon > limit:
            raise ValueError(longer_than_the_limit(self.setup, limit, spec.id))


def longer_than_the_limit(setup: Setup, limit: int, env_id: str) -> str:
    """Words the error for episodes that a time limit would cut."""
    horizon, sessions = setup.layout.horizon, setup.sessions
    if sessions == 1:
        return (
            f"horizon={horizon} is longer than the limit of {limit} steps with which {env_id} is registered, which would cut every session. Register an id "
            f'of your own for longer ones: recgym.register("MyLong-v0", "package.module:Class", horizon={horizon}).'
        )
    return (
        f"sessions={sessions} of horizon={horizon} steps are longer than the limit of {limit} steps with which {env_id} is registered, which would cut the last "
        f"ones. Take a horizon of at most {limit // sessions}, or register an id of your own: "
        f'recgym.register("MyReturning-v0", "package.module:Class", horizon={horizon}, sessions={sessions}).'
    )


def nobody_returns(scenario: Scenario) -> str:
    """Words why the users of a scenario do not come back, for those who ask for it."""
    why = (
        f"the gaps between sessions would pass the end of its clock, hour {scenario.last_hour:g}"
        if scenario.hours_per_step
        else f"{scenario.parameters.__name__} has no numbers for it (recgym.core.parameters.ReturnParameters)"
    )
    return f"Users of scenario {scenario.name} do not come back: {why}. RecVideoRetention-v0 and RecEcommerceRetention-v0 are about users who do."
