"""What is changed in a right answer to make it wrong: one node of its syntax tree in, its replacements out.

The general operators (numbers, arithmetic, comparisons, arguments left out, `None`, ...) are mutmut's; here stand those
that numerical code needs besides: a transpose left out, `sum` for `mean`, another axis, an update in place of a copy.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import libcst as cst
import libcst.matchers as m
from mutmut.mutation.mutators import mutation_operators

__all__ = ["OPERATORS", "Operator"]


class Operator(NamedTuple):
    """`change` makes the replacements of a node of type `kind`; None in their place leaves a statement out."""

    name: str
    kind: type[cst.CSTNode]
    change: Callable[[Any], Iterable[cst.CSTNode]]


SIBLINGS = (
    ("sum", "mean"),
    ("max", "min"),
    ("maximum", "minimum"),
    ("argmax", "argmin"),
    ("sin", "cos"),
    ("sigmoid", "tanh"),
    ("exp", "log"),
    ("sqrt", "square"),
    ("zeros_like", "ones_like"),
    ("zeros", "ones"),
    ("new_zeros", "new_ones"),
    ("cumsum", "cumprod"),
    ("train", "eval"),
    ("relu", "gelu"),
    ("softmax", "log_softmax"),
    ("max_pool2d", "avg_pool2d"),
    ("std", "var"),
    ("zeros_", "ones_"),
    ("argmax", "argsort"),
    ("randperm", "arange"),
    ("scatter_add", "scatter"),
    ("Adam", "SGD"),
    ("AdamW", "Adam"),
    ("GELU", "ReLU"),
    ("LSTM", "RNN"),
    ("Conv2d", "ConvTranspose2d"),
    ("LayerNorm", "RMSNorm"),
    ("matrix_norm", "vector_norm"),
    ("linear_forward", "linear_backward"),
)
"""Functions that are easily taken for one another."""

_ARITHMETIC: dict[type[cst.BaseBinaryOp], tuple[type[cst.BaseBinaryOp], ...]] = {
    cst.Add: (cst.Multiply,),
    cst.Subtract: (cst.Multiply,),
    cst.Multiply: (cst.Add,),
    cst.Divide: (cst.FloorDivide, cst.Subtract),
    cst.MatrixMultiply: (cst.Multiply,),
    cst.FloorDivide: (cst.Multiply, cst.Modulo),
    cst.Modulo: (cst.FloorDivide,),
    cst.Power: (cst.Add,),
}
_COMPARISONS: dict[type[cst.BaseCompOp], tuple[type[cst.BaseCompOp], ...]] = {
    cst.LessThan: (cst.GreaterThanEqual, cst.GreaterThan, cst.NotEqual),
    cst.LessThanEqual: (cst.GreaterThan, cst.GreaterThanEqual, cst.Equal),
    cst.GreaterThan: (cst.LessThanEqual, cst.LessThan, cst.NotEqual),
    cst.GreaterThanEqual: (cst.LessThan, cst.LessThanEqual, cst.Equal),
    cst.Equal: (cst.LessThanEqual, cst.GreaterThanEqual),
    cst.NotEqual: (cst.LessThan, cst.GreaterThan),
}
_UNORDERED = (cst.Add, cst.Multiply, cst.BitAnd, cst.BitOr)


def _parts(node: cst.BinaryOperation) -> Iterator[cst.CSTNode]:
    """a + b: a, b, other operators, and b - a where the order matters."""
    yield node.left
    yield node.right
    for other in _ARITHMETIC.get(type(node.operator), ()):
        yield node.with_changes(operator=other())
    if not isinstance(node.operator, _UNORDERED):
        yield node.with_changes(left=_bracketed(node.right), right=_bracketed(node.left))


def _bracketed(node: cst.BaseExpression) -> cst.BaseExpression:
    if isinstance(node, (cst.Name, cst.Call, cst.Attribute, cst.Subscript, cst.BaseNumber)):
        return node
    if node.lpar:
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _comparison(node: cst.ComparisonTarget) -> Iterator[cst.CSTNode]:
    for other in _COMPARISONS.get(type(node.operator), ()):
        yield node.with_changes(operator=other())


def _constant(node: cst.BaseNumber) -> Iterator[cst.CSTNode]:
    value = getattr(node, "evaluated_value", None)
    if not isinstance(value, (int, float)):
        return
    for other in dict.fromkeys((value - 1, value * 2, value / 2 if value % 2 else value // 2)):
        if other != value and other >= 0:
            yield cst.parse_expression(repr(type(value)(other) if other == int(other) else other))
        elif other < 0:
            yield cst.parse_expression(f"({other!r})")


def _minus_gone(node: cst.UnaryOperation) -> Iterator[cst.CSTNode]:
    if isinstance(node.operator, cst.Minus):
        yield node.expression


def _axis(node: cst.Arg) -> Iterator[cst.CSTNode]:
    """axis=0: the other axes."""
    if node.keyword is None or node.keyword.value not in ("axis", "dim", "start_dim"):
        return
    written = cst.Module([]).code_for_node(node.value)
    for other in ("0", "1", "2", "-1", "-2"):
        if other != written:
            yield node.with_changes(value=cst.parse_expression(other))


def _reordered(node: cst.Tuple) -> Iterator[cst.CSTNode]:
    """(0, 2, 3): each pair of neighbours swapped, each entry left out; (a, b) = ... as well."""
    elements = list(node.elements)
    for index in range(len(elements) - 1):
        yield _tuple(node, _swapped(elements, index))
    numbers = all(isinstance(element.value, cst.BaseNumber) for element in elements)
    if numbers and len(elements) > 2:
        for index in range(len(elements)):
            yield _tuple(node, elements[:index] + elements[index + 1 :])


def _tuple(node: cst.Tuple, elements: list[cst.BaseElement]) -> cst.CSTNode:
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    return node.with_changes(
        elements=[
            element.with_changes(comma=comma if index < len(elements) - 1 else cst.MaybeSentinel.DEFAULT)
            for index, element in enumerate(elements)
        ]
    )  # fmt: skip


def _swapped(items: list[Any], index: int) -> list[Any]:
    return [*items[:index], items[index + 1], items[index], *items[index + 2 :]]


def _arguments_swapped(node: cst.Call) -> Iterator[cst.CSTNode]:
    arguments = list(node.args)
    for index, (left, right) in enumerate(itertools.pairwise(arguments)):
        if left.keyword is None and right.keyword is None and not left.star and not right.star:
            changed = list(arguments)
            changed[index] = left.with_changes(value=right.value)
            changed[index + 1] = right.with_changes(value=left.value)
            yield node.with_changes(args=changed)


def _call_gone(node: cst.Call) -> Iterator[cst.CSTNode]:
    """f(x): x; x.f(...): x, so that a cast, a copy, a root or a transpose is left out."""
    if isinstance(node.func, cst.Attribute) and not m.matches(
        node.func.value, m.Name("np") | m.Name("torch") | m.Name("F") | m.Name("nn") | m.Name("math")
    ):  # fmt: skip
        yield node.func.value
    if node.args and not node.args[0].star and node.args[0].keyword is None:
        yield _bracketed(node.args[0].value)


def _transpose_gone(node: cst.Attribute) -> Iterator[cst.CSTNode]:
    if node.attr.value in ("T", "mT"):
        yield node.value


def _sibling(node: cst.Call) -> Iterator[cst.CSTNode]:
    name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    if not isinstance(name, cst.Name):
        return
    for pair in SIBLINGS:
        if name.value in pair:
            other = pair[1 - pair.index(name.value)]
            yield node.with_deep_changes(name, value=other)


def _shared(node: cst.Call) -> Iterator[cst.CSTNode]:
    """np.array(x): np.asarray(x), which copies nothing."""
    if m.matches(node.func, m.Attribute(attr=m.Name("array"))):
        name = cst.ensure_type(node.func, cst.Attribute).attr
        yield node.with_deep_changes(name, value="asarray")


def _range(node: cst.Call) -> Iterator[cst.CSTNode]:
    """range(a, b): one fewer, one more, begun one later."""
    if not m.matches(node.func, m.Name("range") | m.Attribute(attr=m.Name("arange"))):
        return
    positional = [argument for argument in node.args if argument.keyword is None]
    if len(positional) == 1:
        begin, end = None, positional[0]
    else:
        begin, end = positional[0], positional[1]
    for text in ("- 1", "+ 1"):
        value = _sum(end.value, text)
        yield node.with_changes(args=[_with(argument, end, value) for argument in node.args])
    if begin is None:
        first = cst.Arg(cst.Integer("1"))
        yield node.with_changes(args=[first, *node.args])
    else:
        value = _sum(begin.value, "+ 1")
        yield node.with_changes(args=[_with(argument, begin, value) for argument in node.args])


def _with(argument: cst.Arg, which: cst.Arg, value: cst.BaseExpression) -> cst.Arg:
    return argument.with_changes(value=value) if argument is which else argument


def _sum(node: cst.BaseExpression, text: str) -> cst.BaseExpression:
    return cst.parse_expression(f"{cst.Module([]).code_for_node(_bracketed(node))} {text}")


def _slice(node: cst.Slice) -> Iterator[cst.CSTNode]:
    """x[a:b:c]: each bound left out, each moved by one."""
    for bound in ("lower", "upper", "step"):
        value = getattr(node, bound)
        if value is None:
            continue
        if bound == "step":
            yield node.with_changes(step=None, second_colon=cst.MaybeSentinel.DEFAULT)
            continue
        yield node.with_changes(**{bound: None})
        for text in ("+ 1", "- 1"):
            yield node.with_changes(**{bound: _sum(value, text)})


def _in_place(node: cst.Assign) -> Iterator[cst.CSTNode]:
    """w = w - g: w -= g."""
    augmented: dict[type[cst.BaseBinaryOp], type[cst.BaseAugOp]] = {
        cst.Add: cst.AddAssign,
        cst.Subtract: cst.SubtractAssign,
        cst.Multiply: cst.MultiplyAssign,
        cst.Divide: cst.DivideAssign,
    }
    value = node.value
    if len(node.targets) != 1 or not isinstance(value, cst.BinaryOperation):
        return
    # w - a - b is (w - a) - b: find the left end
    left: cst.BaseExpression = value
    while isinstance(left, cst.BinaryOperation) and isinstance(left.left, cst.BinaryOperation):
        left = left.left
    first = cst.ensure_type(left, cst.BinaryOperation)
    target = node.targets[0].target
    if not isinstance(target, cst.Name) or not m.matches(first.left, m.Name(target.value)):
        return
    operator = augmented.get(type(first.operator))
    if operator is None:
        return
    rest = value.right if first is value else value.deep_replace(first, first.right)
    yield cst.AugAssign(target, operator(), rest)


def _condition(node: cst.If) -> Iterator[cst.CSTNode]:
    yield node.with_changes(test=cst.Name("True"))
    yield node.with_changes(test=cst.Name("False"))
    yield node.with_changes(
        test=cst.UnaryOperation(cst.Not(), _bracketed(node.test)),
    )


def _loop(node: cst.For) -> Iterator[cst.CSTNode]:
    """for x in xs: backwards, without the first, without the last, left after one round."""
    whole = cst.Module([]).code_for_node(node.iter)
    counted = m.matches(node.target, m.Name("_"))  # then no round differs from another
    for text in ("[::-1]", "[1:]", "[:-1]")[counted:]:
        yield node.with_changes(iter=cst.parse_expression(f"list({whole}){text}"))
    body = cst.ensure_type(node.body, cst.IndentedBlock)
    stop = cst.SimpleStatementLine([cst.Break()])
    yield node.with_changes(body=body.with_changes(body=[*body.body, stop]))


def _comprehension(node: cst.CompFor) -> Iterator[cst.CSTNode]:
    whole = cst.Module([]).code_for_node(node.iter)
    for text in (f"list({whole})[::-1]", f"list({whole})[1:]", f"list({whole})[:-1]"):
        yield node.with_changes(iter=cst.parse_expression(text))


def _statement_gone(node: cst.SimpleStatementLine) -> Iterator[cst.CSTNode]:
    yield node.with_changes(body=[cst.Pass()])


def _returned(node: cst.Return) -> Iterator[cst.CSTNode]:
    """Each returned value: its negative, and with less precision; a list for what is returned alone."""
    if node.value is None:
        return
    if not isinstance(node.value, cst.Tuple):
        for value in _less(node.value):
            yield node.with_changes(value=value)
        return
    for element in node.value.elements:
        for value in _less(element.value):
            yield node.with_deep_changes(element, value=value)


def _less(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    written = cst.Module([]).code_for_node(_bracketed(node))
    yield cst.parse_expression(f"-{written}")
    yield cst.parse_expression(f"cast({written})")
    yield cst.parse_expression(f"[{written}]")


def _order(node: cst.IndentedBlock) -> Iterator[cst.CSTNode]:
    """Two neighbouring statements change places."""
    body = list(node.body)
    for index, (left, right) in enumerate(itertools.pairwise(body)):
        simple = isinstance(left, cst.SimpleStatementLine) and isinstance(right, cst.SimpleStatementLine)
        if simple and not m.matches(right, m.SimpleStatementLine([m.Return()])):
            yield node.with_changes(body=_swapped(body, index))


OPERATORS: tuple[Operator, ...] = (
    *(Operator(change.__name__.removeprefix("operator_").replace("_", " "), kind, change)
      for kind, change in mutation_operators),
    Operator("operand left out, another operator, operands swapped", cst.BinaryOperation, _parts),
    Operator("another comparison", cst.ComparisonTarget, _comparison),
    Operator("another constant", cst.BaseNumber, _constant),  # type: ignore[type-abstract]
    Operator("sign", cst.UnaryOperation, _minus_gone),
    Operator("another axis", cst.Arg, _axis),
    Operator("tuple reordered", cst.Tuple, _reordered),
    Operator("arguments swapped", cst.Call, _arguments_swapped),
    Operator("call left out", cst.Call, _call_gone),
    Operator("transpose left out", cst.Attribute, _transpose_gone),
    Operator("sum for mean and the like", cst.Call, _sibling),
    Operator("no copy", cst.Call, _shared),
    Operator("range off by one", cst.Call, _range),
    Operator("slice", cst.Slice, _slice),
    Operator("in place", cst.Assign, _in_place),
    Operator("condition", cst.If, _condition),
    Operator("loop", cst.For, _loop),
    Operator("loop in a comprehension", cst.CompFor, _comprehension),
    Operator("statement left out", cst.SimpleStatementLine, _statement_gone),
    Operator("returned value", cst.Return, _returned),
    Operator("statements swapped", cst.IndentedBlock, _order),
)  # fmt: skip
