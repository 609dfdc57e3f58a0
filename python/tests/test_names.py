"""The names of KMS, and what the package exports."""

from __future__ import annotations

import doctest
import pickle

import kms_verify
from kms_verify import _native


def test_enums_are_the_tables_of_the_library() -> None:
    """Name by name, in their order."""
    algorithms, key_specs, message_types, codes = _native._names()
    assert [name.value for name in kms_verify.SigningAlgorithm] == algorithms
    assert [name.value for name in kms_verify.KeySpec] == key_specs
    assert [name.value for name in kms_verify.MessageType] == message_types
    assert len(set(codes)) == len(codes)
    for enum in (kms_verify.SigningAlgorithm, kms_verify.KeySpec, kms_verify.MessageType):
        for name in enum:
            assert isinstance(name, str)
            assert str(name) == f"{name}" == name.value == name.name


def test_documentation_runs() -> None:
    """The examples in the docstrings, from the installed package."""
    for module in (kms_verify, kms_verify.jws):
        failed, tried = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
        assert tried > 0
        assert failed == 0


def test_everything_is_documented_and_exported() -> None:
    """Under the name of the package, so that it can be pickled."""
    for name in kms_verify.__all__:
        value = getattr(kms_verify, name)
        assert value.__doc__, name
        if isinstance(value, type):
            assert value.__module__ == "kms_verify"
            for attribute, member in vars(value).items():
                if not attribute.startswith("_") and not isinstance(member, value):
                    assert getattr(member, "__doc__", None), f"{name}.{attribute}"
    for name in kms_verify.jws.__all__:
        assert getattr(kms_verify.jws, name).__doc__, name


def test_exceptions_are_pickled() -> None:
    """With all that they say, as multiprocessing and Spark need it."""
    error = kms_verify.UnknownKey("text", code="unknown-key", argument="key_id", is_rejection=True, details="more")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kms_verify.UnknownKey
    assert str(again) == "text"
    assert vars(again) == vars(error)
