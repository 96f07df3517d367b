"""The command `grader`: make a course, release its lessons, judge and grade submissions, give feedback."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from grader import __version__
from grader.cli.author import lint, new
from grader.cli.facts import facts
from grader.cli.platforms import collect, export
from grader.cli.terminal import Commands, CourseOption, LessonArgument, errors, root_of, stop
from grader.cli.texts import texts
from grader.course.places import INSTALLED, checkout, course_root
from hocsau.language import LANGUAGES

__all__ = ["app"]

app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
for command in (collect, export, facts, lint, texts):
    app.command()(command)
app.add_typer(new, name="new")


def _say_version(wanted: bool) -> None:
    if wanted:
        print(f"grader {__version__}")
        raise typer.Exit


@app.callback()
def grader(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="say it and stop"),
    ] = False,
) -> None:
    """What comes before every command."""


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="the course's folder; it need not be there")],
    name: Annotated[str, typer.Option("--id", help="nbgrader's name for the course (default: the folder's)")] = "",
) -> None:
    """Make a course: its settings, its secret, its gradebook and its folders. Nothing that is there is changed."""
    from grader.course.lessons import lesson_names
    from grader.nbgrader.new_course import make_course

    root = folder.resolve()
    print(f"{root} holds {', '.join(make_course(root, name))}")
    print(
        f"Next: cd {folder}, then `grader doctor` (is this machine ready?) and "
        f"`grader release {lesson_names()[0]}`. Keep .course-secret: all that is graded is drawn from it"
    )


@app.command()
def build(
    check: Annotated[bool, typer.Option("--check", help="change nothing; fail when what is committed differs")] = False,
    solved: Annotated[
        bool, typer.Option("--solved", help="also write executed solved notebooks to build/solved/")
    ] = False,
    language: Annotated[str, typer.Option(help="with --solved: a language, or all")] = "all",
) -> None:
    """Build the notebooks in both languages and the check packs."""
    from grader.course.lessons import all_lessons
    from grader.publish.drift import drift, write_all

    root = checkout("grader build")
    if check:
        found = drift(all_lessons())
        for line in found:
            errors.print(line, style="red", markup=False)
        if found:
            raise typer.Exit(1)
        print("notebooks and packs are what the sources give")
    else:
        for path in write_all(all_lessons()):
            print(path.relative_to(root))
    if solved:
        _build_solved(root, LANGUAGES if language == "all" else (language,))


def _build_solved(root: Path, languages: tuple[str, ...]) -> None:
    from grader.course.lessons import all_lessons
    from grader.publish.solved import solved_notebook, write_solved

    with Progress(console=errors) as progress:
        for lesson in all_lessons():
            for language in languages:
                total = sum(cell.cell_type == "code" for cell in solved_notebook(lesson, language).cells)
                task = progress.add_task(f"{lesson.assignment} {language}", total=total)
                advance = partial(progress.advance, task)
                path = write_solved(lesson, language, root / "build" / "solved", advance)
                print(path.relative_to(root))


@app.command()
def judge(
    file: Annotated[
        Path,
        typer.Argument(help="a notebook in the shape we release, or a .py file that defines the functions"),
    ],
    lesson: Annotated[str, typer.Option(help="the lesson, by name")],
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
    course: CourseOption = None,
) -> None:
    """Judge one file: every exercise, every case, the diagnosis. Status 0 whenever it was judged, 2 when it cannot be read."""
    from grader.course.lessons import of_name
    from grader.course.places import course_secret
    from grader.judge.judge import judge_submission
    from grader.judge.report import as_dict, as_lines
    from grader.judge.submission import read
    from grader.sandbox.isolation import danger
    from grader.sandbox.process import Worker

    chosen = of_name(lesson)
    submission = read(file, chosen)
    with Worker() as worker:
        unsafe = danger(worker.layers)
        if unsafe is not None:
            errors.print(unsafe, style="bold red", markup=False, highlight=False, soft_wrap=True)
        judgement = judge_submission(chosen, submission, worker, course_secret(course))
    if as_json:
        print(json.dumps(as_dict(judgement, submission.language), ensure_ascii=False))
    else:
        print("\n".join(as_lines(judgement, submission.language)))


@app.command()
def release(lesson: LessonArgument, course: CourseOption = None) -> None:
    """Register a lesson in the gradebook and write its release for `nbgrader release_assignment`."""
    from grader.course.lessons import of_name
    from grader.nbgrader import grading

    root = root_of(course)
    chosen = of_name(lesson)
    grading.release(chosen, root)
    print(
        f"{chosen.assignment} is registered in {root / 'gradebook.db'} and written to "
        f"{root / 'release' / chosen.assignment} and, in Vietnamese, to {root / 'release-vi' / chosen.assignment}"
    )


@app.command()
def grade(
    lesson: LessonArgument,
    course: CourseOption = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            "-j",
            help="submissions judged at a time on this machine (default: course.toml's, else 1)",
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(help="judge on the workers of this Dask scheduler, tcp://host:port"),
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(
            help="auto, cpu or cuda, for lessons that use torch; 1 to 4 use NumPy (default: course.toml's, else auto)"
        ),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="run and grade also what was graded before")] = False,
    unsandboxed: Annotated[
        bool,
        typer.Option("--unsandboxed", help="grade even where too few layers of isolation hold"),
    ] = False,
) -> None:
    """Grade every collected submission of a lesson into nbgrader's gradebook. A run that was stopped goes on where it was."""
    from grader import engine
    from grader.course.lessons import of_name
    from grader.course.settings import read_settings
    from grader.engine.report import Bar

    bar = Bar(errors)
    root = root_of(course)
    chosen = of_name(lesson)
    told = read_settings(root)
    settings = engine.Settings(
        told.jobs if jobs is None else jobs,
        scheduler,
        device or told.device,  # type: ignore[arg-type]
        again,
        unsandboxed,
    )
    try:
        with bar:
            report = engine.grade(chosen, root, settings, bar)
    except KeyboardInterrupt:
        raise stop(f"stopped; {bar.summary()}. The same command goes on from here", 130) from None
    print(f"{chosen.assignment}: {bar.summary()}")
    if report.failed:
        raise stop(f"{len(report.failed)} could not be graded; see the lines above, then run the same command again")


def _advance(progress: Progress, task: TaskID, word: str) -> Callable[[str], None]:
    """Move the bar on and name the student whose notebook is begun: .../<student>/<assignment>/<notebook>."""

    def on_notebook(path: str) -> None:
        progress.update(task, advance=1, description=f"{word} {Path(path).parts[-3]}")

    return on_notebook


@app.command()
def feedback(lesson: LessonArgument, course: CourseOption = None) -> None:
    """Write the feedback pages of a graded lesson."""
    from grader.course.lessons import of_name
    from grader.nbgrader import grading

    root = root_of(course)
    chosen = of_name(lesson)
    with Progress(console=errors) as progress:
        task = progress.add_task(f"feedback on {chosen.assignment}", total=None)
        grading.feedback(chosen, root, on_notebook=_advance(progress, task, "Writing"))
    print(f"feedback on {chosen.assignment} is in {root / 'feedback'}")


@app.command()
def doctor(course: CourseOption = None) -> None:
    """Say whether this machine is ready to grade, and what to do where it is not."""
    from grader.cli.doctor import examine

    findings = examine(root_of(course))
    table = Table("", "what", "seen", "what to do")
    for finding in findings:
        table.add_row(
            "✓" if finding.well else "✗",
            finding.name,
            finding.seen,
            "" if finding.well else finding.advice,
        )
    Console().print(table)
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


@app.command()
def answers(
    lessons: Annotated[list[str] | None, typer.Argument(help="the lessons, by name; all without it")] = None,
    to: Annotated[
        Path | None,
        typer.Option(help="the folder to write to (default: answers in the course; in the repository build/answers)"),
    ] = None,
) -> None:
    """Write the worked answers that `reveal(...)` shows, a file a lesson. Give them to whom you want to have them, when you want."""
    from grader.course.lessons import lesson_names, of_name
    from grader.publish.worked import write_worked

    place = to or (course_root() if INSTALLED else checkout("grader answers") / "build") / "answers"
    for path in write_worked([of_name(name) for name in lessons or lesson_names()], place):
        print(path)


if __name__ == "__main__":
    app()
