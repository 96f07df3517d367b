"""What `grader new` writes: the pieces of an exercise and of a lesson, with TODO where the author's text goes."""

from __future__ import annotations

import re

__all__ = ["CASE_NAMES", "HINT_NAMES", "STYLE_NAMES", "TEST_NAMES", "ExercisePieces", "lesson_files"]

CASE_NAMES = {
    "np": "import numpy as np",
    "CaseKind": "from grader.course.definition import CaseKind",
    "ExerciseDefinition": "from grader.course.definition import ExerciseDefinition",
    "Call": "from hocsau.judging.request import Call",
    "Text": "from hocsau.language import Text",
}
"""What the pieces of exercises.py need, each with the line that imports it."""
HINT_NAMES = {"Text": "from hocsau.language import Text"}
STYLE_NAMES = {"style": "from grader.course.answers import style"}
TEST_NAMES = {"answers": "from grader.course.reference import answers"}


class ExercisePieces:
    """The pieces of the exercise `name` of `lesson`, one for each place where it must stand."""

    def __init__(self, lesson: str, name: str) -> None:
        self._words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        self._name, self._lesson = name, lesson
        self.case_function = f"_{self._words}"
        self.cases = f"{self._words.upper()}_CASES"

    @property
    def cells(self) -> str:
        """Of lesson.py: the prose in both languages, the learner's cell, its check."""
        name = self._name
        return f'''# %% [markdown] key="{name}" lang="en"
# ### TODO: a title
#
# TODO: what it is, its formula, an example in numbers, what the function gets and returns.

# %% [markdown] key="{name}" lang="vi"
# ### TODO: tiêu đề
#
# TODO: nó là gì, công thức, một ví dụ bằng số, hàm nhận gì và trả về gì.


# %% exercise="{name}"
def {name}(x):
    """TODO: the equation; the arguments and the result with their shapes."""
    ### BEGIN SOLUTION
    raise NotImplementedError("TODO")
    ### END SOLUTION


# %% check="{name}"
check("{name}")
'''

    @property
    def case_kinds(self) -> str:
        """Of exercises.py, before EXERCISES."""
        return f'''def {self.case_function}(rng: np.random.Generator) -> Call:
    """TODO: the arguments by name, drawn from rng."""
    return Call({{"x": rng.normal(size=3)}})


{self.cases} = (CaseKind(Text("TODO: what is asked"), {self.case_function}),)
'''

    @property
    def definition(self) -> str:
        """Of exercises.py, in EXERCISES."""
        return f'    ExerciseDefinition("{self._name}", 1, {self.cases}, contract=False),\n'

    @property
    def hints(self) -> str:
        """Of hints.py, in HINTS."""
        return f'''    "{self._name}": (
        Text("TODO: what to think of"),
        Text("TODO: the shape of the answer"),
        Text("TODO: nearly the line"),
    ),
'''

    @property
    def mistakes(self) -> str:
        """The file mistakes/<name>.toml."""
        return f"""# Known mistakes of {self._name}.

[{self._name}]
see = "{self._name}"

[{self._name}.TODO]
en = "TODO: what the answer does, and what it should do."
edit = '''
- TODO: a line of the right answer
+ TODO: the same line, wrong
'''
"""

    @property
    def style(self) -> str:
        """Of right/answers.py."""
        return f'''@style("{self._name}")
def {self._words}_in_another_style(x):
    """TODO: right answers as others write them: loops, matrices, a library."""
    raise NotImplementedError
'''

    @property
    def test(self) -> str:
        """Of test_lesson.py."""
        return f'''def test_{self._words}() -> None:
    """TODO: against something independent: a closed form, a library, finite differences."""
    raise NotImplementedError(answers("{self._lesson}")["{self._name}"])
'''


def lesson_files(name: str, number: int) -> dict[str, str]:
    """The files of the new lesson `name`, the `number`-th of its course, by their names in its folder."""
    return {
        "lesson.py": f'''# %% [markdown] key="goals" lang="en"
# # {number} TODO: a title
#
# TODO: what the lesson is about, what one can do after it, what one needs for it.

# %% [markdown] key="goals" lang="vi"
# # {number} TODO: tiêu đề
#
# TODO: bài nói về điều gì, học xong làm được gì, cần biết trước những gì.

# %% key="imports"
import numpy as np

from hocsau import begin, check

begin("{name}")
''',
        "exercises.py": f'''"""The lesson {name}: what each exercise must see."""

from __future__ import annotations

from grader.course.definition import ExerciseDefinition
from hocsau.language import Text

__all__ = ["EXERCISES", "MARKING_SCHEME"]

EXERCISES: tuple[ExerciseDefinition, ...] = ()
MARKING_SCHEME = Text.of("")
''',
        "hints.py": f'''"""Hints of the lesson {name}."""

from __future__ import annotations

from hocsau.language import Text

__all__ = ["HINTS"]

HINTS: dict[str, tuple[Text, Text, Text]] = {{}}
''',
        "test_lesson.py": f'"""The answers of the lesson {name} against something independent."""\n\nfrom __future__ import annotations\n',
    }
