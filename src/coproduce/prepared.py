"""Queries that are put together once and asked again and again.

For a page that is read often, putting a query together takes ten times as long as asking it. ``@prepared`` keeps
the finished statement; the values that differ from one asking to the next stand in it as ``given("name")``:

    @prepared
    def _spoken(*, is_member: bool) -> QuerySet[Standpoint]:
        return Standpoint.objects.filter(space=given("space"), person__in=given_many("people"))

    rows = _spoken(is_member=True)(space=space.pk, people=keys)

The arguments of the function choose the shape of the statement: say them by name, few and from small sets, never
from what somebody sends. No row is kept, so nobody ever sees what somebody else asked for, or what has changed since.
"""

from collections.abc import Callable, Iterable
from copy import copy
from functools import lru_cache, wraps
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Expression, Field, Model, QuerySet, UUIDField
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)

SHAPES_KEPT = 64
"""Of each prepared query."""


class _Given(Expression):
    """The place of a value in a statement, or of several."""

    def __init__(self, name: str, field: "Field[Any, Any]", *, several: bool = False) -> None:
        super().__init__(output_field=field)
        self.name, self.several = name, several

    @property
    def mark(self) -> str:
        """What stands in the statement where it is not known yet how many values there will be."""
        return f"(/*{self.name}*/)"

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return self.mark if self.several else "%s", [self]

    def filled(self, value: Any, connection: Any) -> list[Any]:
        """The value or values as the database takes them; of several the last is repeated up to 1, 4, 16, 64 … so
        that few different statements reach the database. None at all are one NULL, which nothing is in."""
        values = [self.output_field.get_db_prep_value(one, connection) for one in (value if self.several else [value])]
        if self.several:
            values = values or [None]
            room = 1
            while room < len(values):
                room *= 4
            values += values[-1:] * (room - len(values))
        return values


def given(name: str, field: "Field[Any, Any] | None" = None) -> Any:
    """Where a value will stand. field: of what type; an identifier if nothing is said."""
    return _Given(name, field or UUIDField())


def given_many(name: str, field: "Field[Any, Any] | None" = None) -> Any:
    """Where a list of values will stand, for ``__in`` (not inside ``exclude``). An empty list finds nothing."""
    return _Given(name, field or UUIDField(), several=True)


class _Filled:
    """What a queryset takes for its query: gives it the compiler that was set up once, with the values filled in."""

    def __init__(self, query: Any, compiler: SQLCompiler, statement: tuple[str, tuple[Any, ...]]) -> None:
        self.query, self.compiler, self.statement = query, compiler, statement

    def get_compiler(self, using: str | None = None, *_more: Any, **_named: Any) -> SQLCompiler:
        again: Any = copy(self.compiler)
        again.connection = connections[using or "default"]
        again.as_sql = lambda *_args, **_kwargs: self.statement
        return again  # type: ignore[no-any-return]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.query, name)


class Prepared(Generic[M]):
    """A statement of one shape. Called with the values it answers a queryset that can be read, and no more."""

    def __init__(self, made: QuerySet[M, Any]) -> None:
        self.made = made
        self.compiler: Any = made.query.get_compiler(using=made.db)
        self.sql, self.places = self.compiler.as_sql()
        converters = self.compiler.get_converters([column[0] for column in self.compiler.select or ()])
        self.compiler.get_converters = lambda _columns: converters

    def filled(self, **values: Any) -> tuple[str, list[Any]]:
        """The statement with the values in it, as the database takes it: for one that is a part of a larger one."""
        connection, sql = connections[self.made.db], self.sql
        filled: list[Any] = []
        for place in self.places:
            if isinstance(place, _Given):
                here = place.filled(values[place.name], connection)
                filled += here
                if place.several:
                    sql = sql.replace(place.mark, f"({', '.join(['%s'] * len(here))})", 1)
            else:
                filled.append(place)
        return sql, filled

    def __call__(self, **values: Any) -> QuerySet[M, Any]:
        sql, filled = self.filled(**values)
        made: Any = self.made
        query: Any = _Filled(self.made.query, self.compiler, (sql, tuple(filled)))
        again: Any = QuerySet(model=self.made.model, query=query, using=self.made.db)
        again._iterable_class = made._iterable_class
        again._fields = made._fields
        return again  # type: ignore[no-any-return]


def prepared(build: Callable[..., QuerySet[M, Any]]) -> Callable[..., Prepared[M]]:
    """Keep what ``build`` makes: it is called once for each combination of its arguments."""

    @wraps(build)
    @lru_cache(maxsize=SHAPES_KEPT)
    def made(**shape: Any) -> Prepared[M]:
        return Prepared(build(**shape))

    return made


def only(rows: Iterable[M]) -> M | None:
    """The first row, or None."""
    return next(iter(rows), None)
