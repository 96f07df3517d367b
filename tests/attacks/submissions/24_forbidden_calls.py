# ruff: noqa
"""Row 24: what the exercise asks to be written by hand is done by the library, behind other names."""

# %%
import builtins, functools, importlib, operator, sys

import torch
import torch as other_name
from torch import as_tensor, mul
from torch import mul as times

add = torch.add
shelf = {"mul": torch.mul}
sys.modules["helper"] = torch
import helper


class Library:
    double = staticmethod(lambda w: torch.mul(torch.as_tensor(w), 2).numpy())


def wrapper(w):
    return torch.mul(torch.as_tensor(w), 2).numpy()


def through_a_wrapper_of_a_wrapper(w):
    return (lambda v: wrapper(v))(w)


def directly(w):
    return torch.mul(torch.as_tensor(w), 2).numpy()


def by_another_name(w):
    return other_name.mul(other_name.as_tensor(w), 2).numpy()


def by_an_imported_name(w):
    return times(as_tensor(w), 2).numpy()


def by_a_variable(w):
    return add(as_tensor(w), as_tensor(w)).numpy()


def from_a_shelf(w):
    return shelf["mul"](as_tensor(w), 2).numpy()


def by_getattr(w):
    return getattr(torch, "m" + "ul")(torch.as_tensor(w), 2).numpy()


def by_vars(w):
    return vars(torch)["mul"](vars(torch)["as_tensor"](w), 2).numpy()


def by_importlib(w):
    library = importlib.import_module("to" + "rch")
    return library.mul(library.as_tensor(w), 2).numpy()


def by_dunder_import(w):
    library = __import__("to" + "rch")
    return library.mul(library.as_tensor(w), 2).numpy()


def by_sys_modules(w):
    library = sys.modules["to" + "rch"]
    return library.mul(library.as_tensor(w), 2).numpy()


def by_another_module(w):
    return helper.mul(helper.as_tensor(w), 2).numpy()


def by_torch_ops(w):
    return torch.ops.aten.mul(torch.as_tensor(w), 2).numpy()


def by_a_default(w, multiply=torch.mul, convert=torch.as_tensor):
    return multiply(convert(w), 2).numpy()


def by_a_partial(w):
    return functools.partial(torch.mul, torch.as_tensor(w))(2).numpy()


def by_methodcaller(w):
    return operator.methodcaller("mul", torch.as_tensor(w), 2)(torch).numpy()


def by_a_method(w):
    return torch.Tensor.mul(torch.as_tensor(w), 2).numpy()


def by_a_class(w):
    return Library.double(w)


def by_eval(w):
    return eval("torch.mul(torch.as_tensor(w), 2).numpy()")


def by_exec(w):
    names = {"w": w}
    exec("import torch as t; result = t.mul(t.as_tensor(w), 2).numpy()", names)
    return names["result"]


def made_in_a_closure():
    library = torch

    def closure(w):
        return library.mul(library.as_tensor(w), 2).numpy()

    return closure


by_a_closure = made_in_a_closure()


class Callable:
    def __call__(self, w):
        return torch.mul(torch.as_tensor(w), 2).numpy()


by_an_object = Callable()


def silenced(w):
    """The one who is asked which calls are made says: none."""
    import hocsau.judging.allowed, serve

    serve.library_calls = hocsau.judging.allowed.library_calls = lambda *a: ()
    return directly(w)


def dead_when_asked(w):
    import os, serve

    serve.library_calls = lambda *a: os._exit(0)
    return directly(w)


def replaced_when_asked(w):
    """The function under this name is an innocent one by the time somebody reads its code."""
    globals()["double"] = lambda w: 2 * w
    return directly(w)


WAYS = {
    "directly": directly,
    "another name": by_another_name,
    "an imported name": by_an_imported_name,
    "a variable": by_a_variable,
    "a shelf": from_a_shelf,
    "getattr": by_getattr,
    "vars": by_vars,
    "importlib": by_importlib,
    "__import__": by_dunder_import,
    "sys.modules": by_sys_modules,
    "another module": by_another_module,
    "torch.ops": by_torch_ops,
    "a default": by_a_default,
    "a partial": by_a_partial,
    "methodcaller": by_methodcaller,
    "a method": by_a_method,
    "a class": by_a_class,
    "a wrapper": wrapper,
    "a wrapper of a wrapper": through_a_wrapper_of_a_wrapper,
    "eval": by_eval,
    "exec": by_exec,
    "a closure": by_a_closure,
    "an object": by_an_object,
    "silenced": silenced,
    "dead when asked": dead_when_asked,
    "replaced when asked": replaced_when_asked,
}
chosen = WAYS[known["way"]]


def double(w):
    return chosen(w)
