"""Where a lesson's cases are tried besides the CPU: the GPU of this machine, when there is one."""

from __future__ import annotations

from grader.course.lessons import Lesson
from grader.errors import CourseError, TorchError
from grader.sandbox.process import nvidia_devices
from hocsau.judging.elsewhere import can_be_made_up

__all__ = ["chosen", "demand_a_device", "uses_torch"]


def uses_torch(lesson: Lesson) -> bool:
    """Has it a case for other devices? No NumPy lesson has."""
    return any(kind.device for exercise in lesson.exercises for kind in exercise.cases)


def chosen(wanted: str, lesson: Lesson) -> str:
    """ "cuda" or "cpu": what `wanted` ("auto", "cuda" or "cpu") comes to for `lesson` on this machine.

    A lesson without a case for other devices, every NumPy one, is judged on the CPU whatever is wanted.
    raises CourseError when a GPU is wanted and none is seen
    """
    if wanted == "cpu" or not uses_torch(lesson):
        return "cpu"
    if nvidia_devices():
        return "cuda"
    if wanted == "cuda":
        raise CourseError(
            "--device cuda: this machine shows no NVIDIA GPU (/dev/nvidia*). Use --device auto or cpu: tensors on a wrong "
            "device are found without a GPU as well"
        )
    return "cpu"


def demand_a_device(lesson: Lesson, gpu: str) -> None:
    """Nothing, where tensors on a wrong device are seen: on the device `gpu`, or on one that torch makes up.

    raises TorchError where they would go unseen, so that points would depend on the machine
    """
    if gpu or not uses_torch(lesson) or can_be_made_up():
        return
    import torch

    raise TorchError(
        f"{lesson.name}: torch {torch.__version__} cannot make up a device, and this machine has no GPU, so tensors on a wrong "
        "device would go unseen and earn points. Install torch 2.10 or newer"
    )
