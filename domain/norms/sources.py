"""What the sources say about norms: which test or story proves one, and where the code names one.

Nothing is run or imported: Python is read as a syntax tree, YAML as tokens.
"""

import ast
import re
from collections.abc import Iterator, Sequence

import yaml

from domain.norms import PREFIXES

_NORM_ID = re.compile(rf"\b(?:{'|'.join(PREFIXES)})-[\w.]+-[a-z]+\b")


class CoverageError(ValueError):
    """The sources name a norm that does not exist, or name it in a way that cannot be counted."""


def proofs(path: str, text: str) -> Iterator[tuple[str, str]]:
    """Each norm id that a test or story proves, with the name of that test or story."""
    if path.endswith(".py"):
        yield from _TestFile(path, text).proofs()
        return
    story = load(path, text)
    proves = story.get("proves", []) if isinstance(story, dict) else []
    if not isinstance(proves, list) or not all(isinstance(id, str) for id in proves):
        raise CoverageError(f"{path}: `proves` is a list of norm ids, not {proves!r}")
    for id in proves:
        yield id, path


class _TestFile:
    """One test module, read for its `norm` marks.

    They stand on a test, its class, in `pytestmark`, on a `pytest.param`, or in a value the module has named.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.tree = ast.parse(text, filename=path)
        self.named = _assigned(self.tree.body)

    def proofs(self) -> Iterator[tuple[str, str]]:
        yield from self._in_body(self.tree.body, self.path, [])

    def _in_body(self, body: Sequence[ast.stmt], name: str, inherited: Sequence[ast.expr]) -> Iterator[tuple[str, str]]:
        around = [*inherited, *filter(None, [_assigned(body).get("pytestmark")])]
        for node in body:
            match node:
                case ast.ClassDef() if node.name.startswith("Test"):
                    yield from self._in_body(node.body, f"{name}::{node.name}", [*around, *node.decorator_list])
                case ast.FunctionDef() | ast.AsyncFunctionDef() if node.name.startswith("test"):
                    for id in self._norms([*around, *node.decorator_list]):
                        yield id, f"{name}::{node.name}"

    def _norms(self, marks: Sequence[ast.expr]) -> list[str]:
        """The norm ids that these marks prove: none when the test may be skipped or is expected to fail."""
        ids: list[str] = []
        for node in self._reach(marks):
            if _is_mark(node, "skip", "skipif", "xfail"):
                return []
            if isinstance(node, ast.Call) and _is_mark(self._meant(node.func), "norm"):
                ids += self._ids(node)
        return ids

    def _meant(self, expression: ast.expr) -> ast.expr:
        """The value behind a name of the module: `proves = pytest.mark.norm` is read as the mark."""
        return self.named.get(expression.id, expression) if isinstance(expression, ast.Name) else expression

    def _ids(self, call: ast.Call) -> Iterator[str]:
        if not call.args:
            raise CoverageError(f"{self.path}:{call.lineno}: a norm mark names at least one norm id")
        for argument in call.args:
            if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
                raise CoverageError(
                    f"{self.path}:{argument.lineno}: a norm mark names its ids as plain strings, "
                    f"not {ast.unparse(argument)}"
                )
            yield argument.value

    def _reach(self, expressions: Sequence[ast.expr]) -> Iterator[ast.AST]:
        """All nodes of the expressions, and of the module's own values that they name."""
        waiting, seen = list(expressions), set[str]()
        while waiting:
            for node in ast.walk(waiting.pop()):
                yield node
                if isinstance(node, ast.Name) and node.id in self.named and node.id not in seen:
                    seen.add(node.id)
                    waiting.append(self.named[node.id])


def _assigned(body: Sequence[ast.stmt]) -> dict[str, ast.expr]:
    """The values that plain assignments in this body give to names."""
    values: dict[str, ast.expr] = {}
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            values |= {target.id: node.value for target in targets if isinstance(target, ast.Name)}
    return values


def _is_mark(node: ast.AST, *names: str) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr in names
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "mark"
    )


def mentions(path: str, text: str) -> Iterator[tuple[str, int]]:
    """Each norm id in a string of this source, with its line; comments do not count."""
    for string, first, last in _strings(path, text):
        for found in _NORM_ID.finditer(string):
            yield found[0], min(first + string.count("\n", 0, found.start()), last)


def _strings(path: str, text: str) -> Iterator[tuple[str, int, int]]:
    """The strings of a Python or YAML source with their first and last line."""
    if path.endswith(".py"):
        for node in ast.walk(ast.parse(text, filename=path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value, node.lineno, node.end_lineno or node.lineno
        return
    try:
        for token in yaml.scan(text, Loader=yaml.CSafeLoader):
            if isinstance(token, yaml.ScalarToken):
                yield token.value, token.start_mark.line + 1, token.end_mark.line + 1
    except yaml.YAMLError as error:
        raise CoverageError(f"{path}: not readable as YAML: {error}") from error


def load(path: str, text: str) -> object:
    """Return what a YAML source holds; raise CoverageError with its path when it is not YAML."""
    try:
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise CoverageError(f"{path}: not readable as YAML: {error}") from error
